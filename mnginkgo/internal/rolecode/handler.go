package rolecode

import (
	"bytes"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
)

// handlers holds Gomega's fail handler from before ours took its place. Ours stays
// once it is there: swapping it while some goroutine asserts would be a data race.
// So it comes before the first node does, not with the first code on one: by then the
// spec's own goroutine may be failing.
var handlers struct {
	once   sync.Once
	before func(message string, callerSkip ...int)
}

// TakeOverFailures has failed assertions of code on roles fail that code. All others fail as
// ever.
func TakeOverFailures() {
	handlers.once.Do(func() {
		handlers.before = innards.FailHandler()
		gomega.RegisterFailHandler(failOnRole)
	})
}

// failOnRole is Gomega's fail handler once a node is to boot. An assertion of code on a role
// fails its call, or its role, and ends its goroutine, without a panic that a GinkgoRecover
// would report to the wrong process.
func failOnRole(message string, callerSkip ...int) {
	skip := 1
	if len(callerSkip) > 0 {
		skip += callerSkip[0]
	}
	o, c := whose(debug.Stack())
	if o == nil {
		handlers.before(message, skip)
		return
	}
	f := o.at(types.NewCodeLocationWithStackTrace(skip), message)
	if c != nil {
		c.note(f)
	} else {
		o.tell(f)
	}
	runtime.Goexit()
}

// OnRole returns the role whose code the calling goroutine runs, and whether it does.
func OnRole() (role string, is bool) {
	o, _ := whose(debug.Stack())
	if o == nil {
		return "", false
	}
	return o.Role, true
}

// whose returns the owner of the goroutine with this stack, which must be the caller's, and
// the call that it belongs to, if that runs. It returns nil if the goroutine is the spec's.
func whose(stack []byte) (*Owner, *Call) {
	calls.Lock()
	c := calls.byGoroutine[goroutineID(stack)]
	calls.Unlock()
	if c != nil {
		return c.owner, c
	}
	if bytes.Contains(stack, []byte("ginkgo/v2/internal.(*Suite).runNode")) {
		return nil, nil // Ginkgo's own goroutine
	}
	owners.Lock()
	none := len(owners.byNumber) == 0
	owners.Unlock()
	if none {
		return nil, nil
	}
	owner, call := label()
	if owner == 0 {
		return resident.Load(), nil
	}
	owners.Lock()
	o := owners.byNumber[owner]
	owners.Unlock()
	calls.Lock()
	defer calls.Unlock()
	return o, calls.byNumber[call]
}

// goroutineID reads the number behind the first "goroutine " of a stack. There is no
// better way to learn it, and failing is slow anyway.
func goroutineID(stack []byte) uint64 {
	rest := bytes.TrimPrefix(stack, []byte("goroutine "))
	end := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	id, err := strconv.ParseUint(string(rest[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// ReachesGinkgo reports whether a failed assertion in a spec's process reaches Ginkgo's Fail
// by nothing but our handler: nobody intercepts it, and the user has no handler in between.
func ReachesGinkgo() bool {
	same := func(f, g func(string, ...int)) bool {
		return reflect.ValueOf(f).Pointer() == reflect.ValueOf(g).Pointer()
	}
	return same(innards.FailHandler(), failOnRole) && same(handlers.before, ginkgo.Fail)
}

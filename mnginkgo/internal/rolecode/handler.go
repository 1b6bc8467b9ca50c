package rolecode

import (
	"bytes"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/bubble"
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

// failing is told of assertions of the spec itself that fail, where they do; nil is nobody.
var failing atomic.Pointer[func()]

// OnFailing has hear called when an assertion of the spec itself fails, by whom it does.
func OnFailing(hear func()) { failing.Store(&hear) }

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
	o, c := whose()
	if bubble.GivenUp() { // its spec has failed of that, and another one may run by now
		runtime.Goexit()
	}
	if o == nil {
		if hear := failing.Load(); hear != nil {
			(*hear)()
		}
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
	o, _ := whose()
	if o == nil {
		return "", false
	}
	return o.Role, true
}

// whose returns the owner of the calling goroutine, and the call that it belongs to, if that
// runs. It returns nil if the goroutine is the spec's. It costs little for a call's own
// goroutine and for those of Ginkgo's nodes, as polls of an Eventually ask, and for any other
// one from the second time on, as clients of a spec ask that call commands in a loop.
func whose() (*Owner, *Call) {
	known.Lock()
	none := len(known.owners) == 0
	known.Unlock()
	if none || InGinkgosGoroutine() { // which costs a fifth of what the goroutine's number does
		return nil, nil
	}
	id := goroutineID()
	known.Lock()
	c := known.running[id]
	known.Unlock()
	if c != nil {
		return c.owner, c
	}
	owner, call := label(id)
	if owner == 0 {
		return resident.Load(), nil
	}
	known.Lock()
	defer known.Unlock()
	return known.owners[owner], known.calls[call]
}

// InGinkgosGoroutine reports whether the calling goroutine is one in which Ginkgo runs a node, or a bubble
// does in its place.
func InGinkgosGoroutine() bool {
	var pcs [256]uintptr
	n := runtime.Callers(1, pcs[:])
	if n < 2 || n == len(pcs) {
		return false
	}
	first := runtime.FuncForPC(pcs[n-2] - 1) // after runtime.goexit
	return first != nil && (bubble.Performs(first.Name()) || strings.HasPrefix(first.Name(), "github.com/onsi/ginkgo/v2/internal.(*Suite).runNode"))
}

// goroutineID returns the number of the calling goroutine. There is no better way to learn
// it than from the head of its stack: "goroutine 123 [running]".
func goroutineID() uint64 {
	var head [64]byte
	digits := bytes.TrimPrefix(head[:runtime.Stack(head[:], false)], []byte("goroutine "))
	digits, _, _ = bytes.Cut(digits, []byte(" "))
	id, err := strconv.ParseUint(string(digits), 10, 64)
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

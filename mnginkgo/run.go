package mnginkgo

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"
)

// run is code of the user's that runs on a role, in a goroutine of its own. It must
// not touch the Ginkgo state of the process it happens to be in: its failed
// assertions and panics are kept here and reported by the spec's process.
type run struct {
	role string
	mu   sync.Mutex
	fail *failure // the first
}

// runs are the runs of this process, by goroutine.
var runs = struct {
	sync.Mutex
	byGoroutine map[uint64]*run
}{byGoroutine: map[uint64]*run{}}

// handlers holds Gomega's fail handler from before ours took its place. Ours stays
// once it is there: swapping it while some goroutine asserts would be a data race.
// So it comes before the first node does, not with the first code on one: by then the
// spec's own goroutine may be failing.
var handlers struct {
	once   sync.Once
	before func(message string, callerSkip ...int)
}

func takeOverFailures() {
	handlers.once.Do(func() {
		handlers.before = gomegaFailHandler()
		gomega.RegisterFailHandler(failOnRole)
	})
}

// runOnRole calls body and returns its first failure, or nil.
func runOnRole(role string, body func()) *failure {
	r := &run{role: role}
	done := make(chan struct{})
	go func() {
		defer close(done)
		id := goroutineID(debug.Stack())
		r.enter(id)
		defer leaveRun(id)
		returned := false
		defer func() { r.ended(returned, recover()) }()
		body()
		returned = true
	}()
	<-done
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fail
}

func (r *run) enter(id uint64) {
	runs.Lock()
	defer runs.Unlock()
	runs.byGoroutine[id] = r
}

func leaveRun(id uint64) {
	runs.Lock()
	defer runs.Unlock()
	delete(runs.byGoroutine, id)
}

// ended notes how the body ended, unless a failed assertion ended it.
func (r *run) ended(returned bool, panicked any) {
	switch {
	case isGinkgoPanic(panicked):
		r.note("the code called Ginkgo's Fail, Skip or AbortSuite, which know only the spec of the process\n"+
			"they are called in: on a role, use Expect", panicSite(), false)
	case panicked != nil:
		r.note(fmt.Sprintf("panic: %v", panicked), panicSite(), true)
	case !returned:
		r.note("the code ended its goroutine (runtime.Goexit)", types.NewCodeLocationWithStackTrace(0), false)
	}
}

// isGinkgoPanic reports whether a panic is the one with which Ginkgo's Fail, Skip and
// AbortSuite leave a body.
func isGinkgoPanic(panicked any) bool {
	err, ok := panicked.(types.GinkgoError)
	return ok && err.DocLink == ginkgoPanic.DocLink
}

var ginkgoPanic = types.GinkgoErrors.UncaughtGinkgoPanic(types.CodeLocation{}).(types.GinkgoError)

func (r *run) note(message string, where types.CodeLocation, panicked bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail == nil {
		r.fail = &failure{Role: r.role, PID: os.Getpid(), Message: message, Where: where.String()}
		if panicked {
			r.fail.Stack = where.FullStackTrace
		}
	}
}

// failOnRole is Gomega's fail handler once a node is to boot. Assertions of that
// code fail their run and end their goroutine, without a panic that a GinkgoRecover
// would report to the wrong process. All others fail as ever.
func failOnRole(message string, callerSkip ...int) {
	skip := 1
	if len(callerSkip) > 0 {
		skip += callerSkip[0]
	}
	r := findRun(debug.Stack())
	if r == nil {
		handlers.before(message, skip)
		return
	}
	r.note(message, types.NewCodeLocationWithStackTrace(skip), false)
	runtime.Goexit()
}

// findRun returns the run that the goroutine with this stack belongs to: its own, or
// that of the goroutine that made it, or the only one there is.
func findRun(stack []byte) *run {
	runs.Lock()
	defer runs.Unlock()
	if r := runs.byGoroutine[goroutineID(stack)]; r != nil {
		return r
	}
	if bytes.Contains(stack, []byte("ginkgo/v2/internal.(*Suite).runNode")) {
		return nil // Ginkgo's own goroutine, perhaps in a suite node meanwhile
	}
	if i := bytes.LastIndex(stack, []byte("in goroutine ")); i >= 0 {
		if r := runs.byGoroutine[goroutineID(stack[i+len("in "):])]; r != nil {
			return r
		}
	}
	if len(runs.byGoroutine) == 1 {
		for _, r := range runs.byGoroutine {
			return r
		}
	}
	return nil
}

// onRole returns the role that the calling code runs on, and false for the spec's own. Unlike
// findRun it does not guess: a Nemesis acts while a role may be at work.
func onRole() (role string, on bool) {
	runs.Lock()
	defer runs.Unlock()
	if len(runs.byGoroutine) == 0 || isGinkgos() {
		return "", false
	}
	stack := debug.Stack()
	r := runs.byGoroutine[goroutineID(stack)]
	if i := bytes.LastIndex(stack, []byte("in goroutine ")); r == nil && i >= 0 {
		r = runs.byGoroutine[goroutineID(stack[i+len("in "):])]
	}
	if r == nil {
		return "", false
	}
	return r.role, true
}

// isGinkgos reports whether the calling goroutine is one in which Ginkgo runs a node. It costs
// little, as polls of an Eventually ask.
func isGinkgos() bool {
	var pcs [256]uintptr
	n := runtime.Callers(1, pcs[:])
	if n < 2 || n == len(pcs) {
		return false
	}
	first := runtime.FuncForPC(pcs[n-2] - 1) // after runtime.goexit
	return first != nil && strings.HasPrefix(first.Name(), "github.com/onsi/ginkgo/v2/internal.(*Suite).runNode")
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

// gomegaFailHandler returns the handler in force. Gomega has no call for it; the
// field is exported, its type is not.
func gomegaFailHandler() func(string, ...int) {
	field := reflect.ValueOf(gomega.Default).Elem().FieldByName("Fail")
	if handler, ok := reflect.TypeAssert[gomegatypes.GomegaFailHandler](field); ok && handler != nil {
		return handler
	}
	return ginkgo.Fail
}

// panicSite returns where the panic comes from that the calling goroutine recovered
// from, with the stack from there up to the code of the harness.
func panicSite() types.CodeLocation {
	frames := withoutHarness(below(framesOf(string(debug.Stack()))))
	if len(frames) == 0 {
		return types.NewCodeLocationWithStackTrace(1)
	}
	file, line := frames[0].site()
	return types.CodeLocation{FileName: file, LineNumber: line, FullStackTrace: textOf(frames)}
}

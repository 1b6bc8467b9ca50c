package innards

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/ginkgo/v2/types"
)

// Suite is Ginkgo's suite that runs in this process.
type Suite struct {
	lock     *sync.Mutex // Ginkgo's selectiveLock
	failer   failer
	report   *types.SpecReport
	reporter *reporters.Reporter
	node     *uint           // the number of the node that runs
	nodeType *types.NodeType // what it is
	cleanups reflect.Value   // a slice of Ginkgo's nodes
	failing  reflect.Value   // another, for DeferOnFailure
	deadline *time.Time      // of the run; zero if there is none
	context  reflect.Value   // of the node that runs

	taking    sync.Mutex
	permits   int            // that have not ended
	permitted uint           // the number of the node that has them
	forbidden types.NodeType // what it is
}

// failer is where Ginkgo notes the first failure of a node until that has ended.
type failer interface {
	Fail(message string, at types.CodeLocation)
	Skip(message string, at types.CodeLocation)
	AbortSuite(message string, at types.CodeLocation)
	Panic(at types.CodeLocation, forwarded any)
	GetState() types.SpecState
	GetFailure() types.Failure
	Drain() (types.SpecState, types.Failure)
}

// SuiteOf returns the suite that a context of Ginkgo's belongs to, or an error if this
// Ginkgo is not built as the package expects.
func SuiteOf(ctx context.Context) (s *Suite, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("this version of Ginkgo is not known: %v", p)
		}
	}()
	spec := reflect.ValueOf(ctx.Value("GINKGO_SPEC_CONTEXT"))
	if !spec.IsValid() {
		return nil, fmt.Errorf("%T is no context of Ginkgo's", ctx)
	}
	suite := field(spec.Elem(), "suite").Elem()
	return &Suite{
		lock:     field(suite, "selectiveLock").Interface().(*sync.Mutex),
		failer:   field(suite, "failer").Interface().(failer),
		report:   field(suite, "currentSpecReport").Addr().Interface().(*types.SpecReport),
		reporter: field(suite, "reporter").Addr().Interface().(*reporters.Reporter),
		node:     field(field(suite, "currentNode"), "ID").Addr().Interface().(*uint),
		nodeType: field(field(suite, "currentNode"), "NodeType").Addr().Interface().(*types.NodeType),
		cleanups: field(suite, "cleanupNodes"),
		failing:  field(suite, "onFailureNodes"),
		deadline: field(suite, "deadline").Addr().Interface().(*time.Time),
		context:  field(suite, "currentSpecContext"),
	}, nil
}

// field returns a field of a struct, exported or not, that can be read and set.
func field(of reflect.Value, name string) reflect.Value {
	f := of.FieldByName(name)
	if !f.IsValid() {
		panic(fmt.Sprintf("%s has no field %q", of.Type(), name))
	}
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// Note notes a failure at a place, as Fail does, unless the node that runs has one. The
// state is failed, skipped or aborted. It does not end the caller: panic with FailPanic.
func (s *Suite) Note(state types.SpecState, message string, at types.CodeLocation) {
	switch state {
	case types.SpecStateSkipped:
		s.failer.Skip(message, at)
	case types.SpecStateAborted:
		s.failer.AbortSuite(message, at)
	default:
		s.failer.Fail(message, at)
	}
}

// NotePanic notes a panic, as Ginkgo does where it recovers from one. Skip is the number of calls between
// the caller and what has panicked.
func (s *Suite) NotePanic(panicked any, skip int) {
	s.failer.Panic(types.NewCodeLocationWithStackTrace(skip+1), panicked)
}

// Context returns the context of the node that runs.
func (s *Suite) Context() context.Context {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.context.Interface().(context.Context)
}

// OutOfTime reports whether the time that --timeout gives to the run has passed.
func (s *Suite) OutOfTime() bool { return !s.deadline.IsZero() && time.Now().After(*s.deadline) }

// Take takes the failure that was noted, if it is one that is accepts. It returns a zero
// state if there is none. One that was taken after Fail has noted it, and before GinkgoRecover has noted the
// panic with which Fail ends its goroutine, is not told a second time.
func (s *Suite) Take(is func(types.Failure) bool) (types.SpecState, types.Failure) {
	s.taking.Lock()
	defer s.taking.Unlock()
	if isEcho(s.failer.GetFailure()) {
		s.failer.Drain()
	}
	if s.failer.GetState() == types.SpecStatePassed || !is(s.failer.GetFailure()) {
		return types.SpecStateInvalid, types.Failure{}
	}
	state, failure := s.failer.Drain()
	if state == types.SpecStatePassed { // Ginkgo was quicker
		return types.SpecStateInvalid, types.Failure{}
	}
	return state, failure
}

// Act has Ginkgo's functions work for a spec of another process until end is called: they
// add to its report, and DeferCleanup is allowed. The node that runs here must not return before.
func (s *Suite) Act(report types.SpecReport) (end func()) {
	s.lock.Lock()
	defer s.lock.Unlock()
	before, kind := *s.report, *s.nodeType
	*s.report, *s.nodeType = report, types.NodeTypeIt
	return func() {
		s.lock.Lock()
		defer s.lock.Unlock()
		*s.report, *s.nodeType = before, kind
	}
}

// Unskip has the spec that runs, if it was skipped, count as one that has not failed yet. For Ginkgo
// nothing that goes wrong later turns a skipped spec red.
func (s *Suite) Unskip() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.report.State == types.SpecStateSkipped {
		s.report.State, s.report.Failure = types.SpecStatePassed, types.Failure{}
	}
}

// ForgetAttempts drops from the report of the spec that runs what its attempts before this one have said, which
// have passed: nobody who has it run a thousand times wants to read that.
func (s *Suite) ForgetAttempts() {
	s.lock.Lock()
	defer s.lock.Unlock()
	r := s.report
	begin := 0 // what this attempt has said comes behind
	for _, e := range r.SpecEvents {
		if e.SpecEventType == types.SpecEventSpecRepeat {
			begin = e.TimelineLocation.Order
		}
	}
	written := len(r.CapturedGinkgoWriterOutput)
	r.CapturedGinkgoWriterOutput, r.CapturedStdOutErr, r.ProgressReports = "", "", nil
	var events types.SpecEvents // in new memory: others may have a copy of the report
	for _, e := range r.SpecEvents {
		if e.TimelineLocation.Order > begin {
			e.TimelineLocation.Offset -= written
			events = append(events, e)
		}
	}
	var entries types.ReportEntries
	for _, e := range r.ReportEntries {
		if e.TimelineLocation.Order > begin {
			e.TimelineLocation.Offset -= written
			entries = append(entries, e)
		}
	}
	r.SpecEvents, r.ReportEntries = events, entries
}

// Wrap puts a reporter around the suite's own. It is for the time before the specs: Ginkgo reads
// it without a lock.
func (s *Suite) Wrap(around func(own reporters.Reporter) reporters.Reporter) {
	*s.reporter = around(*s.reporter)
}

// Rename gives a step or an entry of the report that is being made another name.
func (s *Suite) Rename(at types.TimelineLocation, name string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.report.SpecEvents = slices.Clone(s.report.SpecEvents) // others may have copies of the report
	s.report.ReportEntries = slices.Clone(s.report.ReportEntries)
	for i := range s.report.SpecEvents {
		if s.report.SpecEvents[i].TimelineLocation.Order == at.Order {
			s.report.SpecEvents[i].Message = name
		}
	}
	for i := range s.report.ReportEntries {
		if s.report.ReportEntries[i].TimelineLocation.Order == at.Order {
			s.report.ReportEntries[i].Name = name
		}
	}
}

// defers are the nodes in which DeferCleanup may be called. In others Ginkgo ends the
// process.
const defers = types.NodeTypeIt | types.NodeTypeBeforeEach | types.NodeTypeJustBeforeEach | types.NodeTypeAfterEach |
	types.NodeTypeJustAfterEach | types.NodeTypeBeforeAll | types.NodeTypeAfterAll

// Permit allows DeferCleanup, if the node that runs here does not, until end is called.
func (s *Suite) Permit() (end func()) {
	s.lock.Lock()
	defer s.lock.Unlock()
	here := *s.node
	if s.permitted != here { // what is left of those of another node has ended with it
		s.permitted, s.permits = here, 0
	}
	if s.permits == 0 {
		if s.nodeType.Is(defers) {
			return func() {}
		}
		s.forbidden, *s.nodeType = *s.nodeType, types.NodeTypeIt
	}
	s.permits++
	return func() {
		s.lock.Lock()
		defer s.lock.Unlock()
		if s.permitted != here || *s.node != here {
			return
		}
		if s.permits--; s.permits == 0 {
			*s.nodeType = s.forbidden
		}
	}
}

// LastDeferred returns the number of the latest thing that DeferCleanup or DeferOnFailure has
// registered.
func (s *Suite) LastDeferred() uint {
	s.lock.Lock()
	defer s.lock.Unlock()
	last := uint(0)
	for _, nodes := range []reflect.Value{s.cleanups, s.failing} {
		for i := range nodes.Len() {
			last = max(last, idOf(nodes.Index(i)))
		}
	}
	return last
}

// Deferred is what DeferCleanup or DeferOnFailure has registered.
type Deferred struct {
	Number      uint                     // the later, the higher
	Body        func(ginkgo.SpecContext) // to be called with the context of a spec; fails as DeferCleanup does
	NodeTimeout time.Duration            // 0 if there is none
	At          types.CodeLocation       // where it was deferred
}

// TakeCleanups takes away what DeferCleanup has registered after that number, in that
// order.
func (s *Suite) TakeCleanups(after uint) []Deferred { return s.take(s.cleanups, after) }

// TakeOnFailure is TakeCleanups for DeferOnFailure.
func (s *Suite) TakeOnFailure(after uint) []Deferred { return s.take(s.failing, after) }

func (s *Suite) take(nodes reflect.Value, after uint) []Deferred {
	s.lock.Lock()
	defer s.lock.Unlock()
	var taken []Deferred
	kept := reflect.MakeSlice(nodes.Type(), 0, nodes.Len())
	for i := range nodes.Len() {
		node := nodes.Index(i)
		if idOf(node) <= after {
			kept = reflect.Append(kept, node)
			continue
		}
		taken = append(taken, Deferred{
			Number:      idOf(node),
			Body:        node.FieldByName("Body").Interface().(func(ginkgo.SpecContext)),
			NodeTimeout: node.FieldByName("NodeTimeout").Interface().(time.Duration),
			At:          node.FieldByName("CodeLocation").Interface().(types.CodeLocation),
		})
	}
	if len(taken) > 0 {
		nodes.Set(kept)
	}
	return taken
}

func idOf(node reflect.Value) uint { return uint(node.FieldByName("ID").Uint()) }

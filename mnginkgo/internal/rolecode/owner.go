package rolecode

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Owner is one role of one spec whose code runs in this process.
type Owner struct {
	Role string
	Spec string // its whole text

	number uint64
	suite  *innards.Suite // of this process; nil if it is not known
	alone  bool           // nothing but this role uses the suite

	mu    sync.Mutex
	calls []*Call // that have not returned
	empty chan struct{}
	stray func(stage.Failure) // nil once the spec is over
	ctx   context.Context     // of all calls
	end   context.CancelCauseFunc
}

// known are the owners and calls of this process, by number. Owners whose spec is over stay, as what they
// left running may still fail; calls go when they end.
var known = struct {
	sync.Mutex
	owners         map[uint64]*Owner
	calls, running map[uint64]*Call // running by the goroutine's number
}{owners: map[uint64]*Owner{}, calls: map[uint64]*Call{}, running: map[uint64]*Call{}}

// lastNumber is that of the latest owner or call.
var lastNumber atomic.Uint64

// NewOwner returns an Owner for a role of a spec. What fails outside of its calls is told to
// stray, until Close. With alone the process does nothing but host the role: what its suite
// has noted is the role's.
func NewOwner(role, spec string, suite *innards.Suite, alone bool, stray func(stage.Failure)) *Owner {
	o := &Owner{Role: role, Spec: spec, number: lastNumber.Add(1), suite: suite, alone: alone, stray: stray}
	o.ctx, o.end = context.WithCancelCause(context.Background())
	known.Lock()
	defer known.Unlock()
	known.owners[o.number] = o
	return o
}

// Close says that the spec is over: what still fails is told to the process.
func (o *Owner) Close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stray = nil
}

// Interrupt ends the contexts of all calls, for a reason, and of those that begin later
// until Again is called.
func (o *Owner) Interrupt(why error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end(why)
}

// Again lets calls begin after an Interrupt.
func (o *Owner) Again() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ctx.Err() != nil {
		o.ctx, o.end = context.WithCancelCause(context.Background())
	}
}

// Patience is how long a call may go on when its context has ended, before it counts as
// one that does not care.
const Patience = time.Second

// Wait waits until the calls have returned, and returns those that have not when ctx ends
// or Patience is over.
func (o *Owner) Wait(ctx context.Context) []*Call {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		o.mu.Lock()
		stuck := slices.Clone(o.calls)
		if o.empty == nil {
			o.empty = make(chan struct{})
		}
		empty := o.empty
		o.mu.Unlock()
		if len(stuck) == 0 {
			return nil
		}
		select {
		case <-empty:
		case <-ctx.Done():
			return stuck
		}
	}
}

// Quiet ends the contexts of all calls, for a reason, and waits for them. It returns an error for each that
// does not return and was not told of before.
func (o *Owner) Quiet(ctx context.Context, why string) error {
	reason := errors.New(why)
	o.Interrupt(reason)
	stuck := o.Wait(ctx)
	o.Again()
	var errs []error
	for _, call := range stuck {
		if call.Tell() {
			errs = append(errs, call.Stuck(reason))
		}
	}
	return errors.Join(errs...)
}

// busy returns how many calls of the owner run.
func (o *Owner) busy() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.calls)
}

// Doing says what code of the role runs, or "idle".
func (o *Owner) Doing() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.calls) == 0 {
		return "idle"
	}
	all := make([]string, len(o.calls))
	for i, c := range o.calls {
		all[i] = c.String()
	}
	return strings.Join(all, ", ")
}

// Noted takes the failure that Fail has noted for the role in a process that only it uses:
// in a goroutine that recovered from it. It returns nil if there is none.
func (o *Owner) Noted() *stage.Failure {
	if o.suite == nil || !o.alone {
		return nil
	}
	return o.noted(func(types.Failure) bool { return true })
}

// notedAt takes the failure that Ginkgo has noted at a place, without a panic: what a clean-up has
// returned. It returns nil if there is none.
func (o *Owner) notedAt(at types.CodeLocation) *stage.Failure {
	return o.noted(func(f types.Failure) bool { return f.Location == at })
}

func (o *Owner) noted(is func(types.Failure) bool) *stage.Failure {
	state, f := o.suite.Take(is)
	if state == types.SpecStateInvalid {
		return nil
	}
	return o.failure(state, f)
}

// failure is what Ginkgo has noted, as a Failure of the role.
func (o *Owner) failure(state types.SpecState, f types.Failure) *stage.Failure {
	text, at := f.Message, f.Location
	if state == types.SpecStatePanicked { // which Ginkgo places where it recovered from it
		text = "panic: " + f.ForwardedPanic
		user := userSite(framesOf(at.FullStackTrace))
		at.FileName, at.LineNumber = user.FileName, user.LineNumber
	}
	noted := o.at(at, text)
	switch state {
	case types.SpecStateSkipped:
		noted.Kind = stage.Skip
	case types.SpecStateAborted:
		noted.Kind = stage.Abort
	case types.SpecStatePanicked:
		noted.Stack = f.Location.FullStackTrace
	}
	return noted
}

func (o *Owner) at(where types.CodeLocation, message string) *stage.Failure {
	return &stage.Failure{
		Role: o.Role, PID: os.Getpid(), Message: strings.TrimRight(message, "\n"),
		File: where.FileName, Line: where.LineNumber, Trace: where.FullStackTrace,
	}
}

// tellNoted tells of what Fail has noted for the role.
func (o *Owner) tellNoted() {
	if f := o.Noted(); f != nil {
		o.tell(f)
	}
}

// tell tells of a failure outside of any call.
func (o *Owner) tell(f *stage.Failure) {
	o.mu.Lock()
	stray := o.stray
	o.mu.Unlock()
	if stray != nil {
		stray(*f)
		return
	}
	f.Message = fmt.Sprintf("%s\n(in what role %s of the spec %q has left running)", f.Message, o.Role, o.Spec)
	Late(*f)
}

// late is told of failures of roles whose spec is over.
var late atomic.Pointer[func(stage.Failure)]

// OnLate has tell called with each failure of a role whose spec is over. It must not block.
func OnLate(tell func(stage.Failure)) { late.Store(&tell) }

// Late tells of a failure of a role whose spec is over.
func Late(f stage.Failure) {
	if tell := late.Load(); tell != nil {
		(*tell)(f)
	}
}

// resident is the role that a process hosts which does nothing else, or nil: goroutines without a label
// are that role's.
var resident atomic.Pointer[Owner]

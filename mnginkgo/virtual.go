package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/bubble"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/replay"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/transport"
)

// Virtual runs each spec whole, from its first node's boot to its last clean-up, on a clock of its own. That jumps
// ahead whenever all goroutines of the spec wait, so that an hour of a few nodes is over within seconds; package
// testing/synctest says when they do. The roles are in the process of the spec: it is refused beside Parallel.
// "time: virtual" in ginkgo.yml is Virtual for all specs of a suite without Parallel. The suite has to call
// VirtualTime.
//
// Everything that the spec calls goes by that clock: time.Now, timers, the timeouts of Eventually and Consistently. It
// stands still between two of Ginkgo's nodes. What Ginkgo itself measures is real time: SpecTimeout, NodeTimeout,
// --timeout and what its reports say of a spec's duration. A node of Ginkgo's may take virtual-limit by the spec's
// clock, an hour unless ginkgo.yml says otherwise; virtual-still is how long the clock may stand still in real time,
// 10 s by default.
//
// If a spec fails that has unleashed a Nemesis, its schedule is made smaller for up to 10 s, or what MN_SHRINK says:
// fewer faults, on fewer roles, shorter, and at rounder times, with which it still fails at the same line. Each try is
// a process of its own, in which BeforeSuite runs too. The report has the smallest schedule and the command that does
// it again, and says whether the spec fails with it in the parallel variant. That is not done with --fail-fast, in an
// Ordered container, when MN_REPLAY is set, and for what is only found when the spec has ended: goroutines that are
// left, and runs that are not the same.
//
// While it runs, the process has one processor, save every other time with MN_SAME: see Seeds.
//
// A spec in virtual time cannot wait for the world outside of it: real connections, programs, channels
// and goroutines of other specs or of BeforeSuite. All that it starts has to end with it.
func Virtual() Option {
	return option{"Virtual", func(p *plan) { p.Virtual, p.realTime = true, false }}
}

// RealTime takes Virtual back, or "time: virtual" of ginkgo.yml: for specs that need the world outside.
func RealTime() Option {
	return option{"RealTime", func(p *plan) { p.Virtual, p.realTime = false, true }}
}

func (p *plan) checkVirtual() error {
	instead := os.Getenv(settings.Instead)
	switch {
	case p.Virtual && p.Roles.Parallel:
		return errors.New("MultiNode: Virtual() beside Parallel(): a clock of its own is for the nodes of one process")
	case instead != "" && instead != parallelInstead:
		return fmt.Errorf("%s=%s: it may be %s only", settings.Instead, instead, parallelInstead)
	case p.seedCount > 1 && !p.Virtual && instead == "":
		return fmt.Errorf("MultiNode: Seeds(%d) without Virtual(): only in virtual time a seed decides what happens", p.seedCount)
	}
	return nil
}

// suiteTest is the test that the suite runs in, or nil if VirtualTime was not called.
var suiteTest atomic.Pointer[testing.T]

// VirtualTime lets the specs of a suite have Virtual, and returns its argument:
//
//	func TestOrders(t *testing.T) {
//		RegisterFailHandler(Fail)
//		RunSpecs(VirtualTime(t), "Orders")
//	}
func VirtualTime(t *testing.T) *testing.T {
	suiteTest.Store(t)
	return t
}

// virtualTime is where a spec runs that is Virtual.
type virtualTime struct {
	*bubble.Bubble
	spec  string             // which one, and which attempt
	polls durations.Defaults // what Gomega has otherwise
	nodes atomic.Int32       // of Ginkgo's, so far
	// What happens in it, from when its nodes are on a stage.
	steps    *transport.Steps
	endSteps func()
	record   *replay.Record
	// What was on it.
	cluster *Cluster
	set     bool // its last node is sure to come: endLast has registered it
	last    bool // that was there
}

// running is that of the spec that runs in this process, or nil.
var running atomic.Pointer[virtualTime]

// inBubble says that a node of Ginkgo's runs in virtual time.
var inBubble atomic.Bool

// Decorators implements tree.Plan.
func (p *plan) Decorators() []any {
	if !p.Virtual {
		return nil
	}
	return []any{types.AroundNode(p.inVirtualTime, p.where)}
}

// SpecDecorators implements tree.Plan.
func (p *plan) SpecDecorators() []any {
	if n := p.attempts(); n > 1 && p.Virtual {
		return []any{ginkgo.MustPassRepeatedly(n)}
	}
	return nil
}

// inVirtualTime runs a node of Ginkgo's in the bubble of its spec.
func (p *plan) inVirtualTime(ctx context.Context, node func(context.Context)) {
	v := p.virtualTimeOf(ctx)
	if v.Broken() { // of which the spec has failed; what else it has is left alone, too
		failAt(types.SpecStateSkipped, "the virtual time of this spec was given up", p.where)
	}
	inBubble.Store(true)
	number, returned := v.nodes.Add(1), false
	defer func() {
		inBubble.Store(false)
		if !returned && !v.set { // the set-up has failed
			_ = v.end()
		}
	}()
	err := v.Run(ctx, node, func(panicked any) {
		if _, is := innards.IsPanic(panicked); !is {
			runningSuite.Load().NotePanic(panicked, 3)
		}
	})
	returned = true
	switch {
	case v.nodes.Load() != number: // Ginkgo has left this one alone, and is at another
	case v.Broken():
		forsake()
		if c := v.cluster; c != nil { // what its body did until it last looked at its nodes is to have happened before
			c.mu.Lock()
			c.mu.Unlock() //nolint:staticcheck // as said
		}
		v.restore()
	case v.last:
		spec := ginkgo.CurrentSpecReport()
		err = errors.Join(err, v.end())
		err = errors.Join(err, v.over(ctx, p, spec, spec.Failed() || err != nil))
	case !v.set: // it is for what Ginkgo does with a spec that has failed in its set-up, or in its end
		err = errors.Join(err, v.end())
	}
	if err != nil {
		failVirtual(err, p.where)
	}
}

// endLast has a last node end the virtual time of the spec, whatever has failed in those before it.
func (v *virtualTime) endLast(where types.CodeLocation) {
	v.set = true
	ginkgo.DeferCleanup(func() { v.last = true }, where)
}

// end closes the bubble, and has real time go on as it did before.
func (v *virtualTime) end() error {
	running.Store(nil)
	defer v.restore()
	return v.Close()
}

// restore puts back what is set for virtual time.
func (v *virtualTime) restore() {
	v.polls.Set()
	runtime.GOMAXPROCS(processors)
	collectLess(false)
}

// over does what is to be done about a spec that is over, and returns why that fails, if it does.
func (v *virtualTime) over(ctx context.Context, p *plan, spec ginkgo.SpecReport, failed bool) error {
	faults := 0
	for _, n := range v.cluster.harmedBy {
		faults += len(n.does.Done())
	}
	err := ran(p, spec, v.record, faults)
	err = errors.Join(err, v.noteFlakes(p, spec, failed || err != nil))
	if told := p.shrink(ctx, spec, v.cluster.harmedBy, v.record.Length()); told != "" {
		v.cluster.showSchedule(told)
	}
	return errors.Join(err, p.countFlakes(ctx, spec))
}

// virtualTimeOf returns the bubble of the spec that a context is of, and makes it first if need be.
func (p *plan) virtualTimeOf(ctx context.Context) *virtualTime {
	meetSuite(ctx)
	report := ginkgo.CurrentSpecReport()
	spec := fmt.Sprint(report.NumAttempts, report.LeafNodeLocation, report.StartTime, report.FullText())
	if v := running.Load(); v != nil && (!v.Broken() || v.spec == spec) {
		return v
	}
	t := suiteTest.Load()
	if t == nil {
		failAt(types.SpecStateFailed, "Virtual needs the suite's test: write RunSpecs(VirtualTime(t), ...) where RunSpecs(t, ...) is", p.where)
	}
	limits := bubble.Limits{Body: config.VirtualLimit, Grace: 30 * time.Second, Linger: 10 * time.Minute, Still: config.VirtualStill}
	polls, known := durations.InForce()
	v := &virtualTime{Bubble: bubble.New(t, limits), spec: spec, polls: polls, record: begun(p, report)}
	if known {
		polls.Of[1], polls.Of[3] = coarse("eventually-polling", polls.Of[1]), coarse("consistently-polling", polls.Of[3])
		polls.Set()
	}
	running.Store(v)
	return v
}

// coarse returns an interval of polls for virtual time, where an hour is soon over: 20 ms unless somebody has asked
// for less.
func coarse(setting string, now time.Duration) time.Duration {
	if config.Given.Has(setting) {
		return now
	}
	return max(now, 20*time.Millisecond)
}

// forsake leaves the spec's nodes alone: nothing can be asked of them any more.
func forsake() {
	if c := current.Swap(nil); c != nil {
		spec := c.spec
		c.over.Store(&spec)
	}
}

// failVirtual fails the spec because of an error of its bubble's.
func failVirtual(err error, otherwise types.CodeLocation) {
	var stuck *bubble.StuckError
	var still *bubble.StillError
	var left *bubble.LeftError
	text, at := "virtual time: "+err.Error(), otherwise
	var stacks []string
	switch {
	case errors.As(err, &stuck):
		stacks = []string{stuck.Stack}
		text += "\nIt is here:"
	case errors.As(err, &still):
		stacks = still.Stacks
		text += "\nVirtual time goes on when all goroutines of the spec wait for each other, or for the clock. These are busy, or wait for something outside of the spec:"
	case errors.As(err, &left):
		stacks = left.Stacks
		text += "\nAll that a spec starts in virtual time has to end with it. These go on:"
	}
	for i, stack := range stacks {
		shown, where := rolecode.UsersPart(stack)
		text += "\n\n" + shown
		if i == 0 && where.FileName != "" {
			at = where
		}
	}
	failAt(types.SpecStateFailed, strings.TrimRight(text, "\n"), at)
}

// progressOutside answers ^T for a spec in virtual time, which nobody outside may ask anything.
func (c *Cluster) progressOutside() string {
	return "multinode: " + c.describe() + "\n  in virtual time: what each role does cannot be asked from outside\n  " + latest.tally.Line(time.Now())
}

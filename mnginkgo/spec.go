package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func init() {
	specs.Serve(tree.Harness[*plan]{
		Ready: func() error { return configError }, Adapt: adapt,
		BeforeSpec: beforeSpec, AfterSpec: afterSpec, SetUp: setUp, BeginSpec: beginSpec,
	}, reflect.TypeFor[*Cluster](), reflect.TypeFor[*Node]())
	self.TellLate(failOfLate, failAnyway)
	if company.IsChild() {
		specs.BuildOnly(company.ChildPart())
		self.ServeAsChild(asHost)
	} else if os.Getenv(settings.Replay) != "" {
		ginkgo.ReportAfterSuite(settings.Replay, checkReplay)
	}
	rolecode.OnLate(self.Late)
	ginkgo.AddTreeConstructionNodeArgsTransformer(specs.Transform)
}

// adapt makes a body of Ginkgo's of one that takes a *Cluster or a *Node, and returns nil for others.
func adapt(body any, where types.CodeLocation) func(ginkgo.SpecContext) {
	if direct := tree.Taking[*Cluster](body); direct != nil {
		return func(ctx ginkgo.SpecContext) {
			c := clusterFor(ctx, where)
			_, over := c.mindLimit(ctx, "the body")
			defer over()
			direct(ctx, c)
		}
	}
	if run := tree.Taking[*Node](body); run != nil {
		number := bodies.Add(run)
		return func(ctx ginkgo.SpecContext) {
			clusterFor(ctx, where).runBody(ctx, number, where)
		}
	}
	return nil
}

// beforeSpec borrows the processes of a spec.
func beforeSpec(ctx ginkgo.SpecContext, p *plan, report ginkgo.SpecReport) {
	if report.State.Is(types.SpecStateSkipped | types.SpecStatePending) {
		return
	}
	borrowed, err := self.Borrow(ctx, p.request(report))
	if err != nil && ctx.Err() == nil { // Ginkgo itself says when it was interrupted
		ginkgo.Fail(err.Error())
	}
	if suite := meetSuite(ctx); borrowed && suite != nil && suite.OutOfTime() {
		ginkgo.Skip(outOfTime) // which gives the processes back, as the spec ends
	}
}

// afterSpec gives back what is left of them.
func afterSpec(ctx ginkgo.SpecContext) {
	if err := self.SpecDone(ctx, current.Load() != nil); err != nil {
		ginkgo.Fail(err.Error())
	}
}

// asHost returns what this process needs to host roles.
func asHost(ctx context.Context) company.Host {
	suite := meetSuite(ctx)
	return company.Host{
		Tree: specs.Fingerprint(), Suite: suite,
		NewSeat: func(bs stage.Backstage, network transport.Network, house *rolecode.House) broker.Seat {
			return seat.New(bs, network, house, script())
		},
	}
}

// failOfLate fails the node that runs because of what has failed on roles whose specs were over.
func failOfLate(all []stage.Failure) { failWith(failures(all), types.NewCodeLocation(0)) }

// failAnyway has the spec that runs fail of what has failed on a role whose spec was over.
func failAnyway(f stage.Failure) bool {
	suite := runningSuite.Load()
	if suite != nil {
		suite.Note(types.SpecStateFailed, f.Error(), types.CodeLocation{FileName: f.File, LineNumber: f.Line, FullStackTrace: f.Trace})
	}
	return suite != nil
}

// StartBroker is the first function of SynchronizedBeforeSuite: it starts, in
// process 1, the broker that Parallel() specs need, and returns what JoinBroker needs.
// A suite with a SynchronizedBeforeSuite of its own calls both inside it and passes
// the bytes on.
//
//	var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)
//
// What every role needs belongs into Boot or BeforeEachNode, not into BeforeSuite: a
// role may run in a child process, where BeforeSuite is not run.
func StartBroker(ginkgo.SpecContext) []byte {
	data, err := self.Start(brokerNeeds())
	if err != nil {
		innards.FailHandler()("StartBroker: "+err.Error(), 0) // the caller is a line of Ginkgo's
	}
	return data
}

// JoinBroker is the second function of SynchronizedBeforeSuite: it connects each
// process to the broker, and keeps it, when its specs have run out, until no other
// spec can need it.
func JoinBroker(ctx ginkgo.SpecContext, data []byte) {
	if err := self.Join(ctx, data, asHost(ctx)); err != nil {
		innards.FailHandler()("JoinBroker: "+err.Error(), 0)
	}
}

// brokerNeeds returns what the specs of the tree need of a broker, or nil if they need none.
func brokerNeeds() *company.Needs {
	parallel := slices.DeleteFunc(slices.Clone(specs.Plans()), func(p *plan) bool { return !p.Roles.Parallel })
	if len(parallel) == 0 {
		return nil
	}
	n := &company.Needs{Part: specs.Part(), Config: broker.Config{
		Tree: specs.Fingerprint(), ChildTree: specs.PartFingerprint(), Specs: specs.Needy(), Wait: config.HostsWait, MaxChildren: config.MaxChildren,
		Switch: switchOptions(), Matches: predicate,
	}}
	for _, p := range parallel {
		if !p.Isolated {
			n.Roles = max(n.Roles, len(p.Names))
		}
	}
	return n
}

// setUp boots the nodes of a spec. What it defers runs after everything that the
// spec defers itself.
func setUp(ctx ginkgo.SpecContext, p *plan) {
	ginkgo.GinkgoHelper()
	if suite := meetSuite(ctx); suite != nil && suite.OutOfTime() {
		ginkgo.Skip(outOfTime)
	}
	rolecode.TakeOverFailures()
	insist() // the suite may have set something since
	c := newCluster(ctx, p)
	if p.Roles.Parallel {
		if err := c.useHosts(ctx, p); err != nil {
			failAt(types.SpecStateFailed, err.Error(), p.where)
		}
	} else {
		c.useThisProcess(p)
	}
	c.races = rolecode.Races() // this process may have hosted a role until now
	current.Store(c)
	rolecode.OnFailing(func() {
		now := time.Now()
		c.failedAt.CompareAndSwap(nil, &now)
	})
	progress := c.progress
	if p.Virtual {
		v := running.Load()
		v.cluster = c
		v.endLast(p.where)
		progress = c.progressOutside
	}
	detach := ginkgo.AttachProgressReporter(progress)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		detach()
		c.tearDown(ctx)
	}, p.where)
	ginkgo.DeferCleanup(c.checkBites, p.where)
	ginkgo.DeferCleanup(c.failOfTrouble, p.where) // before the nodes that are left are stopped
	ginkgo.DeferOnFailure(c.report, p.where)
	roles := p.starting
	if roles == nil {
		roles = p.Names
	}
	if len(roles) > 0 {
		err := c.actWithBoot(ctx, c.cast.Start, roles...)
		if name := p.forDefaultBoot; err == nil && name != "" && !c.defaulted.Load() {
			err = fmt.Errorf("MultiNode: Boot and %s: %s is for DefaultBoot, which this Boot does not call", name, name)
		}
		if err = c.cast.Cause(err); err != nil {
			failWith(err, p.bootPlace())
		}
		c.done = nil // what follows is the spec's own doing
	}
}

// bootPlace returns where the user's Boot is, or the plan, if it has none.
func (p *plan) bootPlace() types.CodeLocation {
	if p.boot == nil {
		return p.where
	}
	f := runtime.FuncForPC(reflect.ValueOf(p.boot).Pointer())
	if f == nil || strings.HasPrefix(f.Name(), functions) { // what Exec and Program make
		return p.where
	}
	file, line := f.FileLine(f.Entry())
	return types.CodeLocation{FileName: file, LineNumber: line}
}

// beginSpec has what goes wrong in a spec of an Ordered container fail that one, and not the last,
// with which the nodes end that they share.
func beginSpec(p *plan) {
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		c := current.Load()
		if c == nil || isCutOff(ctx) {
			return
		}
		limited, cancel := stopLimit(ctx)
		defer cancel()
		c.settleAll(limited)
		if err := c.trouble(ctx, true); err != nil {
			failEnding(ctx, err)
		}
	}, p.where)
}

// useThisProcess puts all roles on a stage in this process.
func (c *Cluster) useThisProcess(p *plan) {
	options := switchOptions()
	if p.Virtual {
		options = append(options, transport.WithSteps(running.Load().takeSteps(c.seed)))
	}
	st := stage.New(transport.NewSwitch(options...), p.barrierTimeout, p.machines(), predicate)
	endSteps := func() {}
	if p.Virtual {
		v := running.Load()
		stepped := &steppedStage{Stage: st, steps: v.steps}
		c.direct(stepped)
		endSteps = func() {
			stepped.over.Store(true)
			v.endSteps()
		}
	} else {
		c.direct(st)
	}
	st.OnFailed(c.cast.Trouble)
	st.OnSaw(c.invariants.saw)
	house := rolecode.Beside(runningSuite.Load())
	seats := make([]*seat.Seat, len(c.roles.Names))
	for i, role := range c.roles.Names {
		seats[i] = seat.New(st, chanpair.New(st.Switch()), house, script())
		st.SetRunner(role, seats[i])
	}
	c.close = func(ctx context.Context) error {
		defer house.End()
		defer endSteps()
		closed := make(chan error, 1)
		waiting, end := rolecode.Waiting(ctx)
		defer end()
		go func() {
			limited, cancel := stopLimit(waiting)
			defer cancel()
			err := house.CleanUp(limited)
			for _, s := range seats {
				_, left := s.Vacate(ctx)
				err = errors.Join(err, left)
			}
			closed <- errors.Join(err, st.Close())
		}()
		select {
		case err := <-closed:
			return err
		case <-ctx.Done():
			return nil // the run is to end, and does not wait for what is stuck
		}
	}
}

// useHosts puts all roles on a stage in the broker, with processes that are lent to the spec.
func (c *Cluster) useHosts(ctx ginkgo.SpecContext, p *plan) error {
	director, end, err := self.Begin(ctx, p.request(ctx.SpecReport()))
	if err != nil {
		return err
	}
	c.direct(director)
	c.close = end
	self.Hear(broker.Ears{Failed: c.cast.Trouble, Ended: c.cast.Ended, Saw: c.invariants.saw})
	return nil
}

// outOfTime says why a spec is not begun.
const outOfTime = "the run was out of time when the spec could begin"

// newCluster returns the nodes of a spec, none of which has started, and which are on no stage yet.
func newCluster(ctx ginkgo.SpecContext, p *plan) *Cluster {
	folder := scratch.Own.Path()
	if p.Roles.Parallel && self.Dir() != "" { // that of the process where the stage lives
		folder = self.Dir()
	}
	return &Cluster{
		roles: p.Roles, number: p.ordinal, bites: p.mustBite, ctx: ctx, spec: ctx.SpecReport().FullText(), seed: seedOf(p, ctx.SpecReport()),
		data: scratch.NewData(folder, p.Names, config.KeepData), noted: newRecorder(),
	}
}

// direct has the cluster be on a stage.
func (c *Cluster) direct(d stage.Director) {
	c.stage, c.cast, c.book = d, cast.New(d, c.roles.Names, c.roles.Isolated, c.note), faults.New(d, c.seed, c.note)
}

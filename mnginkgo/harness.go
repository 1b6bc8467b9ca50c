package mnginkgo

import (
	"context"
	"os"
	"reflect"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
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
	if conduct := tree.Taking[*Cluster](body); conduct != nil {
		return func(ctx ginkgo.SpecContext) { conduct(ctx, clusterFor(ctx)) }
	}
	if run := tree.Taking[*Node](body); run != nil {
		number := bodies.Add(run)
		return func(ctx ginkgo.SpecContext) { clusterFor(ctx).runBody(ctx, number, where) }
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
	if err := self.SpecDone(ctx, current != nil); err != nil {
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

package mnginkgo

import (
	"context"
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

func init() {
	if servesAsChild() {
		beQuiet()
		ginkgo.ReportBeforeSuite(func(ctx ginkgo.SpecContext, _ ginkgo.Report) { serveAsChild(ctx) })
	} else {
		ginkgo.ReportBeforeEach(beforeSpec)
		ginkgo.ReportAfterEach(afterSpec)
		if os.Getenv("MN_REPLAY") != "" {
			ginkgo.ReportAfterSuite("MN_REPLAY", checkReplay)
		}
	}
	ginkgo.AddTreeConstructionNodeArgsTransformer(transform)
}

// beforeSpec runs before the clock of a spec starts: waiting here costs the spec
// nothing of its SpecTimeout.
func beforeSpec(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
	tree.built = true
	if report.State.Is(types.SpecStateSkipped | types.SpecStatePending) {
		return
	}
	if session != nil {
		admit(ctx, report)
	}
	borrowed.Return()
	insist() // the suite may have set something since
}

// admit waits until this process is the spec's, with all others that it needs.
func admit(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
	p := planOf(report)
	var err error
	switch {
	case p == nil || !p.parallel:
		err = session.EnterSpec(ctx, report.FullText())
	case !p.leased:
		err = p.acquire(ctx)
	}
	if err != nil && ctx.Err() == nil { // Ginkgo itself says when it was interrupted
		ginkgo.Fail(fmt.Sprintf("processes for this spec: %v", err))
	}
}

// afterSpec gives back what the spec held, unless the next spec of an Ordered
// container goes on with it.
func afterSpec(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
	if session == nil {
		return
	}
	p := planOf(report)
	parallel := p != nil && p.parallel
	if parallel && p.leased && p.running == nil {
		p.leased = false
		if err := session.Release(ctx); err != nil {
			ginkgo.Fail(fmt.Sprintf("give back the processes of this spec: %v", err))
		}
	}
	session.LeaveSpec(parallel)
}

func (p *plan) acquire(ctx context.Context) error {
	if err := session.Acquire(ctx, p.roles, p.barrierTimeout, p.isolated); err != nil {
		return err
	}
	p.leased = true
	return nil
}

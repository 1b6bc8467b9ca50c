package mnginkgo

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

func init() {
	if servesAsChild() {
		beQuiet()
		ginkgo.ReportBeforeSuite(func(ctx ginkgo.SpecContext, _ ginkgo.Report) { serveAsChild(ctx) })
	} else if os.Getenv("MN_REPLAY") != "" {
		ginkgo.ReportAfterSuite("MN_REPLAY", checkReplay)
	}
	rolecode.OnLate(strays.add)
	ginkgo.AddTreeConstructionNodeArgsTransformer(transform)
}

// strays are what has failed on roles whose specs were over, in a run without a broker.
var strays lateFailures

type lateFailures struct {
	mu    sync.Mutex
	heard bool // process 1 looks at them in the end
	here  bool // and this process, too
	list  []stage.Failure
}

// hear has the run fail of those of process 1. It must be called while no container is being built.
func (l *lateFailures) hear() {
	if l.heard || len(tree.scope) > 0 || servesAsChild() {
		return
	}
	l.heard = true
	ginkgo.ReportAfterSuite("multinode", func(ginkgo.SpecContext, ginkgo.Report) { l.fail() })
}

// hearHere has the run fail of those of this process. It is for a node that runs before the specs.
func (l *lateFailures) hearHere() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here = true
	ginkgo.DeferCleanup(l.fail)
}

func (l *lateFailures) fail() {
	l.mu.Lock()
	err := failures(l.list)
	l.list, l.here = nil, false
	l.mu.Unlock()
	if err != nil {
		failWith(err, types.NewCodeLocation(0))
	}
}

func (l *lateFailures) add(f stage.Failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	looked := l.here || l.heard && ginkgo.GinkgoParallelProcess() == 1
	if suite := runningSuite.Load(); suite != nil && !looked { // better the wrong spec than none
		suite.Note(types.SpecStateFailed, f.Error(), types.CodeLocation{FileName: f.File, LineNumber: f.Line, FullStackTrace: f.Trace})
		return
	}
	l.list = append(l.list, f)
}

// hookSpecs has the specs of a parallel plan, in the container being built, wait for their
// processes before their clocks start: waiting costs them nothing of their SpecTimeout.
func hookSpecs(p *plan, is func(ginkgo.SpecReport) bool) {
	ginkgo.ReportBeforeEach(func(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
		if is(report) {
			p.beforeSpec(ctx, report)
		}
	})
	ginkgo.ReportAfterEach(func(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
		if is(report) {
			p.afterSpec(ctx)
		}
	})
}

// hookIt is hookSpecs for an It that carries MultiNode and a SpecTimeout: the hooks stand beside
// it, and so know it by its place and text.
func hookIt(p *plan, where types.CodeLocation, text string) error {
	key := fmt.Sprint(where, text)
	if tree.hooked[key] {
		return fmt.Errorf("two Its of this place have the text %q, MultiNode with Parallel() and a SpecTimeout: give them different texts", text)
	}
	tree.hooked[key] = true
	hookSpecs(p, func(report ginkgo.SpecReport) bool {
		return report.LeafNodeLocation == where && report.LeafNodeText == text
	})
	return nil
}

func (p *plan) beforeSpec(ctx ginkgo.SpecContext, report ginkgo.SpecReport) {
	if session == nil || p.leased || report.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
		return
	}
	if err := p.acquire(ctx, report); err != nil && ctx.Err() == nil { // Ginkgo itself says when it was interrupted
		ginkgo.Fail(fmt.Sprintf("processes for this spec: %v", err))
	}
	if suite := meetSuite(ctx); suite != nil && suite.OutOfTime() {
		ginkgo.Skip(outOfTime) // which gives the processes back, as the spec ends
	}
}

// afterSpec gives back what the spec holds still, unless the next spec of an Ordered
// container goes on with it.
func (p *plan) afterSpec(ctx context.Context) {
	if session == nil {
		return
	}
	if p.running == nil {
		if err := p.release(ctx); err != nil {
			ginkgo.Fail(err.Error())
		}
	}
	session.SpecDone()
}

func (p *plan) acquire(ctx context.Context, report ginkgo.SpecReport) error {
	defer thisHouse.Wait()()
	if err := session.Borrow(ctx, report.FullText(), p.roles, p.machines(), p.barrierTimeout, p.isolated); err != nil {
		return err
	}
	p.leased = true
	return nil
}

// releaseTimeout is more than the broker needs to take processes back, stuck ones included.
const releaseTimeout = 15 * time.Second

// release gives back the processes, if there are any. If the run is to end it does not wait
// for long: the broker ends them anyway.
func (p *plan) release(ctx context.Context) error {
	if !p.leased {
		return nil
	}
	p.leased = false
	limit, inTime := ctx.Deadline()
	if ctx.Err() != nil || inTime && time.Until(limit) < hurry {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hurry)
		defer cancel()
		_ = session.Return(ctx)
		return nil
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := session.Return(limited); err != nil {
		return fmt.Errorf("give back the processes of this spec: %w", err)
	}
	return nil
}

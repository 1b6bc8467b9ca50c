package company

import (
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// late is what has failed on roles whose specs were over, in a run without a broker.
type late struct {
	fail   func([]stage.Failure)
	anyway func(stage.Failure) bool

	mu    sync.Mutex
	heard bool // process 1 looks at them in the end
	here  bool // and this process, too
	list  []stage.Failure
}

// TellLate has fail called, in a node of Ginkgo's, with what has failed on roles whose specs were
// over. Where there is no such node anyway is to have the spec that runs fail instead, and reports
// whether one can: better the wrong spec than none.
func (p *Process) TellLate(fail func([]stage.Failure), anyway func(stage.Failure) bool) {
	p.late.fail, p.late.anyway = fail, anyway
}

// Late notes what has failed on a role when its spec was over.
func (p *Process) Late(f stage.Failure) { p.late.add(f) }

// HearLate has the run fail of what is Late in process 1, and calls over with the report of the run. It must be called
// while no container is being built.
func (p *Process) HearLate(over func(ginkgo.Report)) {
	if p.late.heard || IsChild() {
		return
	}
	p.late.heard = true
	ginkgo.ReportAfterSuite("multinode", func(_ ginkgo.SpecContext, report ginkgo.Report) {
		over(report)
		p.late.tell()
	})
}

// hearHere has the run fail of those of this process. It is for a node that runs before the specs.
func (l *late) hearHere() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here = true
	ginkgo.DeferCleanup(l.tell)
}

func (l *late) tell() {
	l.mu.Lock()
	all := l.list
	l.list, l.here = nil, false
	l.mu.Unlock()
	if len(all) > 0 {
		l.fail(all)
	}
}

func (l *late) add(f stage.Failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	looked := l.here || l.heard && ginkgo.GinkgoParallelProcess() == 1
	if looked || !l.anyway(f) {
		l.list = append(l.list, f)
	}
}

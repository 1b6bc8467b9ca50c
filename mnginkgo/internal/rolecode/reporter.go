package rolecode

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
)

// roleReporter puts what By and AddReportEntry say on the timeline while there is a role, and is
// the suite's own reporter otherwise. What is said beside the spec is marked.
type roleReporter struct {
	reporters.Reporter
	suite *innards.Suite
	say   atomic.Pointer[func(text string)]
}

var _ reporters.Reporter = (*roleReporter)(nil)

// ownReporter is that of this process.
var ownReporter = &roleReporter{}

var wrapReporter sync.Once

// HearSteps has what By and AddReportEntry say reach the role that says it. It is for the time
// before the specs.
func HearSteps(suite *innards.Suite) {
	wrapReporter.Do(func() {
		suite.Wrap(func(own reporters.Reporter) reporters.Reporter {
			ownReporter.Reporter, ownReporter.suite = own, suite
			return ownReporter
		})
	})
}

// EmitSpecEvent implements reporters.Reporter.
func (r *roleReporter) EmitSpecEvent(event types.SpecEvent) {
	say := r.say.Load()
	switch {
	case say == nil:
		if mark := markOf(": "); mark != "" {
			event.Message = mark + event.Message
			r.suite.Rename(event.TimelineLocation, event.Message)
		}
		r.Reporter.EmitSpecEvent(event)
	case event.SpecEventType.Is(types.SpecEventByStart):
		(*say)("STEP " + event.Message)
	}
}

// EmitReportEntry implements reporters.Reporter.
func (r *roleReporter) EmitReportEntry(entry types.ReportEntry) {
	say := r.say.Load()
	if say == nil {
		if mark := markOf(": "); mark != "" {
			entry.Name = mark + entry.Name
			r.suite.Rename(entry.TimelineLocation, entry.Name)
		}
		r.Reporter.EmitReportEntry(entry)
		return
	}
	for i, line := range strings.Split(strings.TrimSpace(entry.Name+"  "+entry.StringRepresentation()), "\n") {
		if i == 0 {
			(*say)("ENTRY " + line)
		} else {
			(*say)("      " + line)
		}
	}
}

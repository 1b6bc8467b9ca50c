package rolecode

import (
	"io"
	"log"
	"os"
	"sync"
	"sync/atomic"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
)

// beside is for how many specs code on roles runs beside them: more than one if a spec was abandoned.
var beside atomic.Int32

var markWritten = sync.OnceFunc(func() { innards.MarkWritten(func() string { return markOf("  | ") }) })

// Beside returns the House of a spec whose roles run in its process. Until its End, what code on them says
// there is marked with the role: what it writes to GinkgoWriter, with GinkgoT() as well, and to the standard
// logger, unless that writes to something of the user's. After HearSteps, so is what it says with By and
// AddReportEntry.
func Beside(suite *innards.Suite) *House {
	markWritten()
	beside.Add(1)
	own, isFile := log.Writer().(*os.File)
	marking := &logMarker{own}
	if isFile {
		log.SetOutput(marking)
	}
	return &House{suite: suite, undo: []func(){func() {
		beside.Add(-1)
		if log.Writer() == io.Writer(marking) {
			log.SetOutput(own)
		}
	}}}
}

// markOf returns the role whose code the calling goroutine runs beside the spec, and a separator, or
// nothing.
func markOf(separator string) string {
	if beside.Load() == 0 {
		return ""
	}
	role, is := OnRole()
	if !is {
		return ""
	}
	return role + separator
}

// logMarker marks each message of the standard logger.
type logMarker struct{ to io.Writer }

// Write implements io.Writer.
func (l *logMarker) Write(p []byte) (int, error) {
	if _, err := l.to.Write(append([]byte(markOf("  | ")), p...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

package rolecode

import (
	"io"
	"log"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
)

// beside is whether code on roles runs beside its spec, in one process.
var beside atomic.Bool

var markWritten = sync.OnceFunc(func() { innards.MarkWritten(func() string { return markOf("  | ") }) })

// Beside has what code on roles says in the process of its spec marked with the role, until end is
// called: what it writes to GinkgoWriter, with GinkgoT() as well, and to the standard logger. After
// HearSteps, so is what it says with By and AddReportEntry.
func Beside() (end func()) {
	markWritten()
	beside.Store(true)
	own := log.Writer()
	marking := &logMarker{own}
	if own != io.Writer(ginkgo.GinkgoWriter) {
		log.SetOutput(marking)
	}
	return func() {
		beside.Store(false)
		if log.Writer() == io.Writer(marking) {
			log.SetOutput(own)
		}
	}
}

// markOf returns the role whose code the calling goroutine runs beside the spec, and a separator, or
// nothing.
func markOf(separator string) string {
	if !beside.Load() {
		return ""
	}
	role, is := OnRole()
	if !is {
		return ""
	}
	return role + separator
}

// logMarker marks what the standard logger writes, a line at a time.
type logMarker struct{ to io.Writer }

// Write implements io.Writer.
func (l *logMarker) Write(p []byte) (int, error) {
	if _, err := l.to.Write(append([]byte(markOf("  | ")), p...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

//go:build unix

package mnginkgo_test

import (
	"strings"
	"testing"
	"time"
)

func TestInterruptsLeaveNothingAndProgressSaysWhatIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, w := range append(everyWay, ginkgo3) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b := w.start(t, "waiting")
			b.until(`barrier "ready": arrived a, b; missing c`)
			if err := interrupt(b.cmd); err != nil {
				t.Fatal(err)
			}
			b.wait().failed(0).shows(`
        multinode: a, b and c
          a: in the body for Tms; `).shows(` goroutines in its process; sees a up, b up, c up
          b: in the body for Tms; `).shows(` goroutines in its process; sees a up, b up, c up
          c: in the body for Tms; `).shows(` goroutines in its process; sees a up, b up, c up
          barrier "ready": arrived a, b; missing c
`).shows("Interrupted by User")
		})
	}
}

func TestAnInterruptLeavesNoPausedProcess(t *testing.T) {
	t.Parallel()
	for _, w := range []way{isolated, isolated2} {
		b := w.start(t, "waiting-paused")
		b.until("b: paused")
		if err := interrupt(b.cmd); err != nil {
			t.Fatal(err)
		}
		b.wait().failed(0).shows("Interrupted by User")
	}
}

// until waits until the run has printed a text.
func (b *broken) until(text string) {
	b.t.Helper()
	for end := time.Now().Add(runLimit); time.Now().Before(end); <-time.After(5 * time.Millisecond) {
		if strings.Contains(b.output.String(), text) {
			return
		}
	}
	_ = b.cmd.Process.Kill()
	b.t.Fatalf("the run did not print %q, but:\n%s", text, b.output.String())
}

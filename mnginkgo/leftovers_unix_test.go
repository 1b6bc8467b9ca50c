//go:build unix

package mnginkgo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheNextRunRemovesWhatAKilledOneHasLeft(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, children, isolated, ginkgo2, isolated2} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			w.tmp = t.TempDir()
			w.stopAt(t, "early").die()
			living := w.stopAt(t, "late")
			w.stopAt(t, "late").die()
			data := filepath.Join(w.tmp, "multinode-*", "data-*", "*", "file")
			if left, _ := filepath.Glob(data); len(left) != 4 {
				t.Errorf("before the next run there are %q, want two roles' data of two runs", left)
			}
			next := w.start(t, "litters")
			if err := next.cmd.Wait(); err != nil {
				t.Errorf("%v:\n%s", err, next.output.String())
			}
			if left, _ := filepath.Glob(data); len(left) != 2 {
				t.Errorf("beside a living run there are %q, want the data of its roles", left)
			}
			living.die()
			if o := w.run(t, "litters"); o.code != 0 { // which leaves nothing
				t.Errorf("exit code %d, want 0:\n%s", o.code, o.text)
			}
		})
	}
}

// stopAt starts a run whose spec goes as far as a moment.
func (w way) stopAt(t *testing.T, moment string) *broken {
	t.Helper()
	w.words += " " + moment
	b := w.start(t, "litters")
	sign := filepath.Join(b.tmp, "stopped")
	for end := time.Now().Add(runLimit); time.Now().Before(end); <-time.After(5 * time.Millisecond) {
		if os.Remove(sign) == nil {
			return b
		}
	}
	_ = kill(b.cmd)
	t.Fatalf("the run did not come to %s:\n%s", moment, b.output.String())
	return nil
}

// die kills the run and waits until none of its processes is left.
func (b *broken) die() {
	b.t.Helper()
	if err := kill(b.cmd); err != nil {
		b.t.Error(err)
	}
	_ = b.cmd.Wait() // it was killed
	for range 500 {
		if len(processesWith(b.mark)) == 0 {
			return
		}
		<-time.After(10 * time.Millisecond) // another process says no more than its end
	}
	b.t.Errorf("the run's processes %q live on", processesWith(b.mark))
}

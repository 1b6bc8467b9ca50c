package chaos

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport/fault"
)

// witness is a Victim that notes what is done to it, and when. What begins with refuses fails.
type witness struct {
	start   time.Time
	refuses string
	saw     []string
}

func (w *witness) note(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	w.saw = append(w.saw, fmt.Sprintf("%v %s", time.Since(w.start), what))
	if w.refuses != "" && strings.HasPrefix(what, w.refuses) {
		return errors.New("refused")
	}
	return nil
}

func (w *witness) harm(format string, args ...any) (Undo, error) {
	return func() error { return w.note("end of "+format, args...) }, w.note(format, args...)
}

func (w *witness) Partition(a, b string) (Undo, error)  { return w.harm("partition %s %s", a, b) }
func (w *witness) OneWay(a, b string) (Undo, error)     { return w.harm("one-way %s %s", a, b) }
func (w *witness) Isolate(role string) (Undo, error)    { return w.harm("isolate %s", role) }
func (w *witness) Split(l, r []string) (Undo, error)    { return w.harm("split %v %v", l, r) }
func (w *witness) Ring() (Undo, error)                  { return w.harm("ring") }
func (w *witness) OverlappingMajorities() (Undo, error) { return w.harm("majorities") }
func (w *witness) Reset(a, b string) error              { return w.note("reset %s %s", a, b) }
func (w *witness) Crash(role string) (Undo, error)      { return w.harm("crash %s", role) }
func (w *witness) Kill(role string) (Undo, error)       { return w.harm("kill %s", role) }
func (w *witness) Pause(role string) (Undo, error)      { return w.harm("pause %s", role) }

func (w *witness) Bridge(left []string, over string, right []string) (Undo, error) {
	return w.harm("bridge %v %s %v", left, over, right)
}

func (w *witness) Fault(name, a, b string, f fault.Fault) (Undo, error) {
	return w.harm("%s of %s and %s: %v", name, a, b, f)
}

func (w *witness) SkewClock(role string, by time.Duration) (Undo, error) {
	return w.harm("skew %s by %v", role, by)
}

// suffer has a witness suffer a schedule, until it is stopped after a while.
func suffer(t *testing.T, schedule, refuses string, stopAfter time.Duration) (saw, failed []string, done string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		steps, err := Parse(schedule, five)
		if err != nil {
			t.Fatal(err)
		}
		w := &witness{start: time.Now(), refuses: refuses}
		n := &Nemesis{Victim: w, Failed: func(doing string, err error) { failed = append(failed, doing+": "+err.Error()) }}
		stop := make(chan struct{})
		time.AfterFunc(stopAfter, func() { close(stop) })
		n.Run(slices.Values(steps), stop)
		saw, done = w.saw, n.Schedule("# title")
	})
	return saw, failed, done
}

func wantLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestStepsAreDoneAndUndoneAtTheirTimes(t *testing.T) {
	schedule := "1s for 3s: kill a\n2s for 1s: lose a b 0.5\n3s for 1h0m0s: split a,b c,d\n"
	saw, failed, done := suffer(t, schedule, "", time.Minute)
	wantLines(t, "saw", saw,
		"1s kill a", "2s lose of a and b: loss 50%",
		"3s end of lose of a and b: loss 50%", "3s split [a b] [c d]", // what ends comes first
		"4s end of kill a", "1m0s end of split [a b] [c d]")
	wantLines(t, "failed", failed)
	if done != "# title\n"+schedule {
		t.Errorf("done:\n%s", done)
	}
}

func TestWhatStopsInTimeIsNotDone(t *testing.T) {
	saw, _, done := suffer(t, "1s for 1s: ring\n5s for 1s: reset a b\n", "", 3*time.Second)
	wantLines(t, "saw", saw, "1s ring", "2s end of ring")
	if want := "# title\n1s for 1s: ring\n"; done != want {
		t.Errorf("done:\n%s", done)
	}
}

func TestAStepThatFailsIsTheLast(t *testing.T) {
	schedule := "0s for 1m0s: crash b\n1s for 1m0s: pause a\n2s for 1s: isolate c\n"
	saw, failed, _ := suffer(t, schedule, "pause", time.Hour)
	wantLines(t, "saw", saw, "0s crash b", "1s pause a", "1s end of crash b")
	wantLines(t, "failed", failed, "1s for 1m0s: pause a: refused")
}

func TestAllIsUndoneAlthoughAnEndFails(t *testing.T) {
	schedule := "0s for 1s: crash b\n0s for 1m0s: one-way a b\n0s for 2m0s: skew-clock c -3s\n"
	saw, failed, _ := suffer(t, schedule, "end of", time.Hour)
	wantLines(t, "saw", saw, "0s crash b", "0s one-way a b", "0s skew c by -3s",
		"1s end of crash b", "1s end of one-way a b", "1s end of skew c by -3s")
	wantLines(t, "failed", failed, "end of 0s for 1s: crash b: refused",
		"end of 0s for 1m0s: one-way a b: refused", "end of 0s for 2m0s: skew-clock c -3s: refused")
}

func TestAReplayIsForOneTitle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "schedule")
	text := Title("orders survive", 2) + "\n1s for 1s: ring\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for title, want := range map[string]string{"# schedule of: orders survive, number 2": text, Title("orders survive", 1): ""} {
		if got, err := Replay(file, title); got != want || err != nil {
			t.Errorf("%s: %q, %v", title, got, err)
		}
	}
	if err := os.WriteFile(file, []byte("1s for 1s: ring\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Replay(file, ""); err == nil || !strings.HasSuffix(err.Error(), `does not begin with "# schedule of: "`) {
		t.Errorf("error %v", err)
	}
}

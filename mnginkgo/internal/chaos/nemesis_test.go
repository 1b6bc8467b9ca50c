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
)

// witness notes what is done, and when. What begins with refuses fails.
type witness struct {
	start   time.Time
	refuses string
	saw     []string
}

func (w *witness) note(what string) error {
	w.saw = append(w.saw, fmt.Sprintf("%v %s", time.Since(w.start), what))
	if w.refuses != "" && strings.HasPrefix(what, w.refuses) {
		return errors.New("refused")
	}
	return nil
}

func (w *witness) harm(s Step) (Undo, error) {
	what := strings.Join(append([]string{s.Verb}, s.Args...), " ")
	if name, f, is := s.Fault(); is {
		what = fmt.Sprintf("%s of %s and %s: %v", name, s.Args[0], s.Args[1], f)
	}
	return func() error { return w.note("end of " + what) }, w.note(what)
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
		n := &Nemesis{Harm: w.harm, Failed: func(doing string, err error) { failed = append(failed, doing+": "+err.Error()) }}
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
		"3s end of lose of a and b: loss 50%", "3s split a,b c,d", // what ends comes first
		"4s end of kill a", "1m0s end of split a,b c,d")
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
	wantLines(t, "saw", saw, "0s crash b", "0s one-way a b", "0s skew-clock c -3s",
		"1s end of crash b", "1s end of one-way a b", "1s end of skew-clock c -3s")
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

func TestAllIsUndoneAlthoughAnEndPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps, err := Parse("0s for 1m0s: crash b\n0s for 2m0s: crash c\n", five)
		if err != nil {
			t.Fatal(err)
		}
		var undone, failed []string
		n := &Nemesis{
			Harm: func(s Step) (Undo, error) {
				return func() error {
					undone = append(undone, s.Args[0])
					panic("oh")
				}, nil
			},
			Failed: func(doing string, err error) { failed = append(failed, doing+": "+err.Error()) },
		}
		stop := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(stop) })
		n.Run(slices.Values(steps), stop)
		wantLines(t, "undone", undone, "b", "c")
		wantLines(t, "failed", failed, "end of 0s for 1m0s: crash b: panic: oh", "end of 0s for 2m0s: crash c: panic: oh")
	})
}

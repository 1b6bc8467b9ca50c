package mnginkgo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestANemesisDoesAScheduleAgain replays the schedule of one of two specs, under another
// seed.
func TestANemesisDoesAScheduleAgain(t *testing.T) {
	t.Parallel()
	for _, w := range []way{inProcess, ginkgo2} {
		t.Run(w.name, func(t *testing.T) {
			first := w.schedules(t, "-ginkgo.seed=1")
			file := filepath.Join(t.TempDir(), "schedule.txt")
			if err := os.WriteFile(file, []byte(first["nemesis fails"]), 0o600); err != nil {
				t.Fatal(err)
			}
			w.env = []string{"MN_REPLAY=" + file}
			again := w.schedules(t, "-ginkgo.seed=2")
			if !sameStart(first["nemesis fails"], again["nemesis fails"]) {
				t.Errorf("the schedule\n%s\nwas replayed as\n%s", first["nemesis fails"], again["nemesis fails"])
			}
			if sameStart(first["nemesis fails too"], again["nemesis fails too"]) {
				t.Errorf("another seed drew the same for the other spec:\n%s", again["nemesis fails too"])
			}
			w.run(t, "nemesis").failed(2).shows("  *  unleash(replay of " + file + ")\n").hides("nothing was replayed")
			misspelt := strings.Replace(first["nemesis fails"], "fails", "failed", 1)
			if err := os.WriteFile(file, []byte(misspelt), 0o600); err != nil {
				t.Fatal(err)
			}
			w.run(t, "nemesis").failed(2).shows(`
  [FAILED] MN_REPLAY: nothing was replayed: the first line of ` + file + ` is for none of
    nemesis fails
    nemesis fails too
`)
			w.env = []string{"MN_REPLAY=none.txt"}
			w.run(t, "nemesis").failed(2).shows("\n  [FAILED] unleash: MN_REPLAY: open none.txt: no such file or directory\n")
		})
	}
}

// line is a line of a schedule.
var line = regexp.MustCompile(`(?m)^ *(# schedule of: (.*)|[0-9.]+m?s for .*)$`)

// schedules runs the nemesis and returns the schedules of its specs.
func (w way) schedules(t *testing.T, flags ...string) map[string]string {
	t.Helper()
	b := w.start(t, "nemesis", flags...)
	_ = b.cmd.Wait() // it fails
	all, spec := map[string]string{}, ""
	for _, found := range line.FindAllStringSubmatch(b.output.String(), -1) {
		if found[2] != "" {
			spec = found[2]
		}
		all[spec] += strings.TrimSpace(found[1]) + "\n"
	}
	for _, spec := range []string{"nemesis fails", "nemesis fails too"} {
		if strings.Count(all[spec], "\n") < 6 {
			t.Fatalf("the schedule of %s has few lines:\n%s", spec, b.output)
		}
	}
	return all
}

// sameStart reports whether two schedules begin with the same five faults. Where they end
// is a matter of time.
func sameStart(x, y string) bool {
	return strings.Join(strings.SplitN(x, "\n", 7)[:6], "\n") == strings.Join(strings.SplitN(y, "\n", 7)[:6], "\n")
}

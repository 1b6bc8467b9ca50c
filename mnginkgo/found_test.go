package mnginkgo_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Faults that need a certain schedule are found: with one of a thousand seeds, and within runLimit. The schedule that they
// are reported with has five faults at most, and finds them each time. As they should be, the same specs pass.

func TestWhatIsBrokenIsFound(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of seeds, without the race detector: all of them, or none")
	}
	whole := builtWith(t, edit{})
	t.Run("a downing rule", func(t *testing.T) {
		way{suite: whole}.finds(t, "downs")
		way{suite: whole, words: "whole"}.passes(t, "downs")
	})
	t.Run("a hand-off", func(t *testing.T) {
		way{suite: builtWith(t, impatient)}.finds(t, "hands-off")
		way{suite: whole}.passes(t, "hands-off")
	})
}

// impatient does not wait until the old home of a shard has said that its entities have stopped.
var impatient = edit{"../cluster/sharding/ledger.go", `
func (l *ledger) remind() {
	for _, shard := range inOrder(l.shards) {
`, `
func (l *ledger) remind() {
	for _, shard := range inOrder(l.shards) {
		if l.shards[shard].phase == moving {
			l.free(shard, 0)
			l.proceed()
			continue
		}
`}

// edit is a change of a file.
type edit struct{ file, old, new string }

// builtWith returns the suite of broken, built after an edit of what it tests, of which the sources know nothing. Without the
// race detector, which a thousand seeds would take too long with.
func builtWith(t *testing.T, e edit) (suite string) {
	t.Helper()
	if err := readSources(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	suite = filepath.Join(dir, "broken.test")
	args := []string{"test", "-c", "-race=false", "-o", suite}
	if e.file != "" {
		args = append(args, "-overlay="+e.overlay(t, dir))
	}
	if out, err := exec.Command("go", append(args, "./testdata/broken")...).CombinedOutput(); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	return suite
}

// overlay returns the file that tells go build of the edit.
func (e edit) overlay(t *testing.T, dir string) string {
	t.Helper()
	file, err := filepath.Abs(e.file)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), e.old); n != 1 {
		t.Fatalf("%s has %d times, not once, what the edit is to replace; mend the edit:%s", e.file, n, e.old)
	}
	edited, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {file: edited}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{edited: strings.Replace(string(source), e.old, e.new, 1), overlay: string(replace)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return overlay
}

var (
	// enough says how many faults of a schedule are enough.
	enough = regexp.MustCompile(`(\d+) of \d+ faults are enough`)
	// failure is where a spec has failed.
	failure = regexp.MustCompile(`In \[It\] at: \w+\.go:\d+`)
)

// finds checks that a kind fails with one of a thousand seeds, and what the report says of it.
func (w way) finds(t *testing.T, kind string) {
	t.Helper()
	w.words = "virtual"
	w.env = []string{"MN_SEEDS=1000", "MN_SHRINK=25s"}
	o := w.run(t, kind, "-ginkgo.seed=1").failed(1).shows("with these it has failed in 10 of 10 more runs")
	found := enough.FindStringSubmatch(o.text)
	if found == nil {
		t.Fatalf("no schedule was made smaller:\n%s", o.text)
	}
	if n, _ := strconv.Atoi(found[1]); n > 5 {
		t.Errorf("%d faults are left, want up to 5", n)
	}
	o.doesAgain(w, kind).failed(1).shows("unleash(replay of ").shows(failure.FindString(o.text))
}

// passes checks that a kind does not fail with any of some hundred seeds.
func (w way) passes(t *testing.T, kind string) {
	t.Helper()
	w.words += " virtual"
	w.env = []string{"MN_SEEDS=200"}
	w.run(t, kind, "-ginkgo.seed=1").shows("1 Passed | 0 Failed").shows("200 seeds, 200 different interleavings")
}

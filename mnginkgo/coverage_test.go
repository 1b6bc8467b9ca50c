package mnginkgo_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// In each variant, and whoever starts the test binary, what a role runs counts, until a
// SIGKILL.
func TestCoverageCountsWhatRunsOnRoles(t *testing.T) {
	t.Parallel()
	built.Store(true)
	dir, err := tools()
	if err != nil {
		t.Fatal(err)
	}
	suite := filepath.Join(t.TempDir(), "covered.test")
	if out, err := exec.Command("go", "test", "-c", "-cover", "-covermode=atomic", "-o", suite, "./testdata/covered").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, variant := range []string{"in-process", "parallel", "isolated"} {
		counts(t, variant, suite)
		counts(t, variant, suite, "-test.coverprofile=profile")
		counts(t, variant, suite, "-test.gocoverdir=.")
	}
	covered, err := filepath.Abs("testdata/covered")
	if err != nil {
		t.Fatal(err)
	}
	counts(t, "isolated", filepath.Join(dir, "ginkgo"), "--procs=2", "--cover", "--output-dir="+t.TempDir(), covered)
}

// counts runs the suite and checks that all that its roles do is covered.
func counts(t *testing.T, variant, command string, args ...string) {
	t.Helper()
	tmp := t.TempDir()
	cmd := exec.Command(command, args...)
	cmd.Env = append(os.Environ(), "MN_COVERED="+variant, "TMPDIR="+tmp)
	if filepath.Ext(command) == ".test" { // ginkgo needs to be in the module
		cmd.Dir = tmp
	}
	out, err := cmd.CombinedOutput()
	found := regexp.MustCompile(`coverage: (\S+) of statements`).FindAllSubmatch(out, -1)
	if err != nil || len(found) == 0 || string(found[len(found)-1][1]) != "83.3%" {
		t.Errorf("%s, %q %q: %v, want 83.3%% at last in:\n%s", variant, command, args, err, out)
	}
	goes(t, filepath.Join(tmp, "multinode-*"))
}

// goes checks that soon no file matches a pattern.
func goes(t *testing.T, pattern string) {
	t.Helper()
	var left []string
	for range 200 {
		if left, _ = filepath.Glob(pattern); len(left) == 0 {
			return
		}
		<-time.After(10 * time.Millisecond) // another process says no more than its end
	}
	t.Errorf("%q stay", left)
}

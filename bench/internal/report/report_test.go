package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/report"
)

func TestReplace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(file, []byte("# A\n\n<!-- begin x -->\nold\n<!-- end x -->\n\nrest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // what it has written it can replace
		if err := report.Replace(file, "x", "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if want := "# A\n\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\n\nrest\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if err := report.Replace(file, "y", "new"); err == nil || !strings.Contains(err.Error(), "begin y") {
		t.Errorf("a section that is not there: %v", err)
	}
}

func TestOrigin(t *testing.T) {
	out := report.Origin(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 723_400*time.Millisecond, 7)
	if !regexp.MustCompile(`^2026-01-02, go\S+ \S+/\S+, \d+ cores.*, 7 runs of each, in 12m3s\.\n\n$`).MatchString(out) {
		t.Errorf("got %q", out)
	}
}

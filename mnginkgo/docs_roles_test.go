package mnginkgo_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEachLineAboutRolesIsHeldByATest looks at the comment behind each line of docs/roles.md.
func TestEachLineAboutRolesIsHeldByATest(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "roles.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Concat(wrongs, deadly, races)
	lines := regexp.MustCompile(`(?m)^- `).Split(string(page), -1)[1:]
	if len(lines) < 15 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		_, comment, is := strings.Cut(line, "<!-- ")
		if !is {
			t.Errorf("no test holds: %s", line)
			continue
		}
		comment, _, _ = strings.Cut(comment, " -->")
		for _, name := range strings.Split(comment, ",") {
			kind, moment, isRow := strings.Cut(strings.TrimSpace(name), " ")
			switch {
			case isRow && !slices.ContainsFunc(rows, func(w wrong) bool { return w.kind == kind && w.moment == moment }):
				t.Errorf("the table has no row %q", name)
			case !isRow && !isTest(kind):
				t.Errorf("there is no test %q", kind)
			}
		}
	}
}

// isTest reports whether a file at or below this folder has a test of that name.
func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") &&
		exec.Command("grep", "-rq", "--include=*_test.go", "^func "+name+"(", ".").Run() == nil
}

package scratch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRolesWhoseNamesNoFileSystemTakesHaveFoldersOfTheirOwn(t *testing.T) {
	roles := []string{"a", "a/b", "a_b", "../x", strings.Repeat("long", 100)}
	d := NewData(t.TempDir(), roles, false)
	seen := map[string]bool{}
	for _, role := range roles {
		dir := d.Of(role)
		if filepath.Dir(dir) != d.path || seen[dir] {
			t.Errorf("%q has %s", role, dir)
		}
		seen[dir] = true
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Error(err)
		}
	}
	if kept := d.Kept(); kept != "" {
		t.Errorf("it says that it keeps %s", kept)
	}
	if err := d.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(d.path); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestDataThatIsKeptIsListed(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d := NewData("nowhere", []string{"a", "b"}, true)
	if err := os.MkdirAll(d.Of("b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(); err != nil {
		t.Fatal(err)
	}
	if kept := d.Kept(); kept != "  b  "+d.Of("b")+"\n" {
		t.Errorf("got %q", kept)
	}
	if err := os.RemoveAll(d.path); err != nil {
		t.Error(err)
	}
}

package guide_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// clone returns where multinode is.
func clone(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// newFolder makes a folder with some files of the guide, and returns its path.
func newFolder(t *testing.T, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, file := range files {
		code, err := read(file, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestTheFirstChapterInAFolderOfItsOwn does what a reader does who has a clone of multinode. It is not beside the folder, as
// all of it would be compiled again for each path that it has.
func TestTheFirstChapterInAFolderOfItsOwn(t *testing.T) {
	t.Parallel()
	const chapter = "../01-first-spec.md"
	page, err := os.ReadFile(chapter)
	if err != nil {
		t.Fatal(err)
	}
	_, blocks := split(chapter, string(page))
	var commands strings.Builder
	var files []string
	for _, b := range blocks {
		if b.origin == "runs alone" {
			commands.WriteString(b.text)
		}
		if file, is := strings.CutPrefix(b.origin, "code: "); is && strings.HasSuffix(file, "_test.go") {
			files = append(files, file)
		}
	}
	if !strings.Contains(commands.String(), "../multinode") || !strings.Contains(commands.String(), "go test .") || len(files) != 2 {
		t.Fatalf("the chapter runs no tests, or not two files: %s\n%s", files, &commands)
	}
	run := exec.CommandContext(t.Context(), "bash", "-euxc", strings.ReplaceAll(commands.String(), "../multinode", clone(t)))
	run.Dir, run.Env = newFolder(t, files...), environment()
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

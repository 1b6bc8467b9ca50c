package origin_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
)

// TestMain runs the tests or, in the process of the command, prints its folder and a variable.
func TestMain(m *testing.M) {
	if os.Getenv("ORIGIN_HELPER") == "" {
		os.Exit(m.Run())
	}
	here, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString(here + "\n" + os.Getenv("ORIGIN_TEST") + "\n")
}

func TestACommandStartsWhereTheProcessDid(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ORIGIN_TEST", "of the test")
	t.Chdir(t.TempDir())
	cmd, err := origin.Command(nil, []string{"ORIGIN_HELPER=1"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if want := here + "\n\n"; err != nil || !bytes.HasPrefix(out, []byte(want)) {
		t.Errorf("error %v, output %q; want the folder and no variable, %q", err, out, want)
	}
	if dir, err := origin.Dir(); err != nil || dir != here {
		t.Errorf("started in %q, %v; want %q", dir, err, here)
	}
	if executable, _ := os.Executable(); !filepath.IsAbs(cmd.Path) || cmd.Path != executable {
		t.Errorf("the command is %q, want %q", cmd.Path, executable)
	}
}

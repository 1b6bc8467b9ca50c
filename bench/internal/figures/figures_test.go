package figures_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/7aca83c2/multinode/bench/internal/figures"
)

func TestWhatIsToldIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.jsonl")
	t.Setenv(figures.Variable, file)
	for _, tell := range []func() error{
		func() error { return figures.Tell("ask", 1e-6, 2e-6) },
		func() error { return figures.Tell("idle", 0.004) },
		func() error { return figures.Tell("ask", 3e-6) },
	} {
		if err := tell(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := figures.Read(file)
	want := map[string][]float64{"ask": {1e-6, 2e-6, 3e-6}, "idle": {0.004}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNobodyIsToldWithoutAFile(t *testing.T) {
	t.Setenv(figures.Variable, "")
	if err := figures.Tell("ask", 1); err != nil {
		t.Error(err)
	}
	if got, err := figures.Read(filepath.Join(t.TempDir(), "none")); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Setenv(figures.Variable, t.TempDir())
	if err := figures.Tell("ask", 1); err == nil {
		t.Error("no error")
	}
}

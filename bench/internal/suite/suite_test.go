package suite_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/suite"
)

// open returns a Workshop that leaves nothing behind in its folder.
func open(t *testing.T) *suite.Workshop {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	w, err := suite.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%v is left, %v", left, err)
		}
	})
	return w
}

func compile(t *testing.T, w *suite.Workshop, name string) *suite.Suite {
	t.Helper()
	s, err := w.Compile(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRun(t *testing.T) {
	s := compile(t, open(t), "start")
	one, err := s.Run(t.Context(), "trivial")
	if err != nil || one["ran"] != 1 || one[suite.Wall] <= 0 {
		t.Errorf("one process: %v, %v", one, err)
	}
	several, err := s.RunParallel(t.Context(), 2, "trivial")
	if err != nil || several["ran"] != 1 || several[suite.Wall] <= 0 {
		t.Errorf("two processes: %v, %v", several, err)
	}
}

func TestASuiteThatDoesNotMeasureIsAnError(t *testing.T) {
	s := compile(t, open(t), "startplain")
	for filter, want := range map[string]string{
		"nothing": "it told no figures",
		"((":      "exit status 1",
	} {
		for name, run := range map[string]func() error{
			"one process":   func() error { _, err := s.Run(t.Context(), filter); return err },
			"two processes": func() error { _, err := s.RunParallel(t.Context(), 2, filter); return err },
		} {
			if err := run(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, filter %q: %v", name, filter, err)
			}
		}
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	s := compile(t, open(t), "idle")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	_, err := s.RunParallel(ctx, 2, "")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 2500*time.Millisecond { // it does nothing for three
		t.Errorf("it took %v", took)
	}
}

func TestChild(t *testing.T) {
	s := compile(t, open(t), "start")
	if took, err := s.ChildReady(t.Context(), "TestStart"); err != nil || took <= 0 {
		t.Errorf("%v, %v", took, err)
	}
	if took, err := s.Nothing(t.Context()); err != nil || took <= 0 {
		t.Errorf("without a test: %v, %v", took, err)
	}
	_, err := s.ChildReady(t.Context(), "TestOther")
	if err == nil || !strings.Contains(err.Error(), "no hello") || !strings.Contains(err.Error(), "no tests to run") {
		t.Errorf("without its test: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ChildReady(ctx, "TestStart"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

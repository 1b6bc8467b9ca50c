package remote_test

import (
	"os"
	"testing"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/remote"
)

func TestMain(m *testing.M) {
	child.Serve(remote.Parts)
	os.Exit(m.Run())
}

func TestPair(t *testing.T) {
	p, err := remote.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if rate, err := p.Tell(t.Context(), 200_000); err != nil || rate <= 0 {
			t.Errorf("tell: %v, %v", rate, err)
		}
		if took, err := p.Ask(t.Context(), 100); err != nil || took <= 0 {
			t.Errorf("ask: %v, %v", took, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

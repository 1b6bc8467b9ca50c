package ring_test

import (
	"os"
	"testing"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/ring"
)

func TestMain(m *testing.M) {
	child.Serve(ring.Parts)
	os.Exit(m.Run())
}

func TestEachKindCarriesWhatIsSent(t *testing.T) {
	for _, kind := range []ring.Kind{ring.Pipe, ring.Router, ring.Runs, ring.Proxy, ring.Broker, ring.Nodes} {
		t.Run(string(kind), func(t *testing.T) {
			r, err := ring.Start(t.Context(), kind, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range []ring.Load{{1000, 64, 1}, {10_000, 64, 100}, {300, 64 << 10, 1}} {
				if _, err := r.Stream(t.Context(), l); err != nil {
					t.Errorf("stream %v: %v", l, err)
				}
			}
			if took, err := r.Ping(t.Context(), ring.Load{Frames: 100, Size: 64}); err != nil || took <= 0 {
				t.Errorf("ping: %v, %v", took, err)
			}
			if _, err := r.StreamAll(t.Context(), ring.Load{Frames: 10_000, Size: 64, Batch: 100}); err != nil {
				t.Errorf("all: %v", err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

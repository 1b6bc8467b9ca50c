package links_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/links"
	"github.com/7aca83c2/multinode/transport/fault"
)

var ways = map[string]func(context.Context) (*links.Way, error){
	"in process": links.InProcess, "over pipes": links.OverPipes, "toxiproxy": links.Proxied,
}

func TestWays(t *testing.T) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w, err := open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			}()
			if err := w.Inflict(fault.NewBandwidth(1_000_000)); err != nil {
				t.Error(err)
			}
			if got, err := w.Goodput(t.Context(), 1, 200_000); err != nil || got > 1_100_000 {
				t.Errorf("%.0f bytes a second, %v", got, err)
			}
			w.Undo(t.Context())
			if err := w.Inflict(fault.Fault{Kind: fault.Latency, Delay: fault.Constant(5 * time.Millisecond)}); err != nil {
				t.Error(err)
			}
			if median, late, err := w.RoundTrips(t.Context(), 5); err != nil || median < 10*time.Millisecond || late < median {
				t.Errorf("round trips of %v and %v, %v", median, late, err)
			}
			w.Undo(t.Context())
			if took, err := w.AfterUndo(t.Context()); err != nil || took <= 0 {
				t.Errorf("%v, %v", took, err)
			}
			err = w.Inflict(fault.Fault{Kind: fault.Loss, Share: 0.01})
			if name == "toxiproxy" != errors.Is(err, errors.ErrUnsupported) {
				t.Error(err)
			}
		})
	}
}

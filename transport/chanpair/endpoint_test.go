package chanpair

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/transport"
)

// TestARecallIsNotUndoneByAnEarlierOne has two recalls arrive the wrong way round, as
// those of two Cuts at once may.
func TestARecallIsNotUndoneByAnEarlierOne(t *testing.T) {
	e := newEndpoint(nil)
	e.port = portOn(t, e)
	for _, taken := range []uint64{2, 1} {
		if err := e.Recall(t.Context(), "a", taken); err != nil {
			t.Fatal(err)
		}
	}
	if e.Step("a") == "" || e.Step("a") == "" || e.Step("a") != "" { //nolint:staticcheck // each call counts
		t.Error("the first 2 frames, and no others, are recalled")
	}
}

func TestARecallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEndpoint(nil)
		e.port = portOn(t, e)
		e.Step("a")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- e.Recall(ctx, "a", 1) }()
		synctest.Wait()
		cancel()
		if err := <-ended; err != context.Canceled {
			t.Errorf("error: %v", err)
		}
	})
}

func portOn(t *testing.T, e *endpoint) *transport.Port {
	port, err := transport.NewSwitch().Attach("b", e)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

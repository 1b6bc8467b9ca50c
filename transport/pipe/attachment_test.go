package pipe

import (
	"context"
	"testing"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// TestFramesOfAnEarlierAttachmentAreDropped plays the host, so that frames that were
// sent before a Detach come out of its pipe after the next Open.
func TestFramesOfAnEarlierAttachmentAreDropped(t *testing.T) {
	ours, theirs, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	sw := transport.NewSwitch()
	line, host := NewLine("host 1", ours), rpc.NewPeer(theirs.Control)
	rpc.HandleFunc(host, methodDetach, func(_ context.Context, r detachRequest) (nothing, error) { return nothing{}, nil })
	line.Use(sw)
	line.Start()
	host.Start()

	call[openRequest, openAnswer](t, host, methodOpen, openRequest{"a", 1})
	if err := line.Detach(t.Context()); err != nil {
		t.Fatal(err)
	}
	call[openRequest, openAnswer](t, host, methodOpen, openRequest{"a", 2})
	data := transport.AppendFrame(appendMarker(nil, 1), "b", []byte("old"))
	data = transport.AppendFrame(appendMarker(data, 2), "b", []byte("new"))
	if _, err := theirs.Data.Write(data); err != nil {
		t.Fatal(err)
	}
	call[closeRequest, nothing](t, host, methodClose, closeRequest{2, 1}) // waits for the new one
	for _, s := range sw.Stats() {
		if s.To == "b" && s.Dropped[transport.ReasonDown].Frames != 1 {
			t.Errorf("%v: dropped %v, not one", s.Link, s.Dropped)
		}
	}
	_ = line.Close()
	_ = theirs.Close()
	line.Wait()
	host.Wait()
}

func call[A, R any](t *testing.T, p *rpc.Peer, method string, argument A) {
	t.Helper()
	if _, err := rpc.Call[A, R](t.Context(), p, method, argument); err != nil {
		t.Fatal(err)
	}
}

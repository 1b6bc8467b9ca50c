package pipe

import (
	"context"
	"testing"
	"time"

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

// slow is an outlet whose Recall does not return before it may.
type slow struct{ asked, may chan struct{} }

func (s slow) Recall(context.Context, transport.Address, uint64) error {
	select {
	case s.asked <- struct{}{}:
		<-s.may
	case <-s.may: // a later one
	}
	return nil
}

// TestCloseWaitsForADetachThatGoesOn plays a host that has dealt with all that was for its
// endpoint while what that has sent is still being called back.
func TestCloseWaitsForADetachThatGoesOn(t *testing.T) {
	ours, theirs, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	sw := transport.NewSwitch()
	receiver := slow{make(chan struct{}), make(chan struct{})}
	port, err := sw.Attach("b", receiver)
	if err != nil {
		t.Fatal(err)
	}
	line, host := NewLine("host 1", ours), rpc.NewPeer(theirs.Control)
	rpc.HandleFunc(host, methodDetach, func(_ context.Context, r detachRequest) (nothing, error) { return nothing{}, nil })
	line.Use(sw)
	line.Start()
	host.Start()
	call[openRequest, openAnswer](t, host, methodOpen, openRequest{"a", 1})
	if _, err := theirs.Data.Write(transport.AppendFrame(appendMarker(nil, 1), "b", nil)); err != nil {
		t.Fatal(err)
	}
	port.Take(new(transport.Batch))
	detached, closed := make(chan error, 1), make(chan error, 1)
	go func() { detached <- line.Detach(t.Context()) }()
	<-receiver.asked
	if err := rpc.Notify(host, noticeLost, lostReport{Done: 1}); err != nil {
		t.Error(err)
	}
	go func() {
		_, err := rpc.Call[closeRequest, nothing](t.Context(), host, methodClose, closeRequest{1, 1})
		closed <- err
	}()
	call[openRequest, openAnswer](t, host, methodOpen, openRequest{"c", 2}) // a call later
	select {
	case <-closed:
		t.Error("Close has returned while a frame of the endpoint was on its way")
	case <-time.After(20 * time.Millisecond):
	}
	close(receiver.may)
	for _, ended := range []<-chan error{detached, closed} {
		if err := <-ended; err != nil {
			t.Error(err)
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

package netconn

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestNoTimerIsLeftAfterClose closes the stacks while there is a reason for each timer.
func TestNoTimerIsLeftAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		a, b := stack(t, sw, "a"), stack(t, sw, "b")
		listener, err := b.Listen("tcp", ":80")
		if err != nil {
			t.Fatal(err)
		}
		dialed, err := a.Dial("tcp", "b:80")
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Hour)
		_ = dialed.SetDeadline(later)
		_ = accepted.SetDeadline(later)
		_ = sw.Cut(context.Background(), transport.Link{From: "a", To: "b"})
		_, _ = dialed.Write([]byte("lost"))
		_ = accepted.Close()
		synctest.Wait()
		conns := []*conn{dialed.(*conn), accepted.(*conn)}
		for _, c := range conns {
			c.mu.Lock()
			if c.timer == nil || c.due().IsZero() {
				t.Errorf("%v waits for nothing: the test proves nothing", c.local)
			}
			c.mu.Unlock()
		}
		_ = a.Close()
		_ = b.Close()
		for range 2 {
			for _, c := range conns {
				c.mu.Lock()
				if c.timer.Stop() || c.readBy.timer != nil || c.writeBy.timer != nil {
					t.Errorf("%v has a timer", c.local)
				}
				c.mu.Unlock()
			}
			_ = dialed.SetDeadline(later) // and again: there is nothing to wait for
		}
	})
}

// TestAKeepAliveThatIsLate has the process stand still for so long that all probes are due at
// once: what waits to be received must not count as silence.
func TestAKeepAliveThatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		a, b := stack(t, sw, "a"), stack(t, sw, "b")
		if _, err := b.Listen("tcp", ":80"); err != nil {
			t.Fatal(err)
		}
		dialed, err := a.Dial("tcp", "b:80")
		if err != nil {
			t.Fatal(err)
		}
		_ = sw.Cut(t.Context(), transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"})
		c := dialed.(*conn)
		c.mu.Lock()
		c.keep.heard(time.Now().Add(-time.Hour))
		c.mu.Unlock()
		for range 20 {
			c.tick()
		}
		c.mu.Lock()
		if c.keep.asked != 1 || c.state != stateEstablished {
			t.Errorf("%d probes at once, state %d", c.keep.asked, c.state)
		}
		c.mu.Unlock()
		_, _ = a.Close(), b.Close()
	})
}

func stack(t *testing.T, sw *transport.Switch, address transport.Address) *Stack {
	s, err := NewStack(chanpair.New(sw), address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

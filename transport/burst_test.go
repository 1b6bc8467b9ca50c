package transport

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

type movingOutlet struct{ moves bool }

func (movingOutlet) Recall(context.Context, Address, uint64) error { return nil }
func (m movingOutlet) Move([]byte) bool                            { return m.moves }

func attach(t *testing.T, sw *Switch, a Address, o Outlet) *Port {
	t.Helper()
	p, err := sw.Attach(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A burst hands the lock over after 64 frames, also when the sender's port is closed.
func TestABurstOfAClosedPortHoldsNobodyUp(t *testing.T) {
	sw := NewSwitch()
	p := attach(t, sw, "a", movingOutlet{})
	attach(t, sw, "b", movingOutlet{})
	b := p.NewBurst()
	if err := b.Send("b", nil); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() {
		_ = p.Close(context.Background()) // as Detach does while the host still floods
		close(closed)
	}()
	sent := 1
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); sent++ {
		select {
		case <-closed:
			b.End()
			return
		default:
		}
		_ = b.Send("b", nil)
	}
	b.End()
	t.Errorf("the lock of b's queue was held for %d frames of a closed port, want at most %d", sent, turn)
}

// What a burst needed does not stay in memory while single frames are moved directly.
func TestMoveGivesUpWhatABurstNeeded(t *testing.T) {
	for _, moves := range []bool{false, true} {
		sw := NewSwitch()
		from := attach(t, sw, "a", movingOutlet{})
		to := attach(t, sw, "b", movingOutlet{moves})
		payload := make([]byte, 1<<10)
		for range 16 << 10 {
			_ = from.Send("b", payload)
		}
		var batch Batch
		done := make(chan struct{})
		go func() {
			defer close(done)
			for to.Take(&batch) {
			}
		}()
		for range 10 * wasteful {
			for !to.Waits() {
				runtime.Gosched()
			}
			_ = from.Send("b", []byte("heartbeat"))
		}
		_ = to.Close(context.Background())
		<-done
		if cap(batch.buf) > keepAlways || cap(to.in.queue.buf) > keepAlways {
			t.Errorf("moved directly: %v: after %d single frames %d and %d bytes are kept, want at most %d each",
				moves, 10*wasteful, cap(batch.buf), cap(to.in.queue.buf), keepAlways)
		}
	}
}

func TestABurstRefusesWhatIsTooLong(t *testing.T) {
	sw := NewSwitch()
	b := attach(t, sw, "a", movingOutlet{}).NewBurst()
	attach(t, sw, "b", movingOutlet{})
	for _, c := range []struct {
		bytes int
		want  error
	}{{1, nil}, {MaxPayload + 1, ErrTooLong}, {MaxPayload, nil}} {
		if err := b.Send("b", make([]byte, c.bytes)); !errors.Is(err, c.want) {
			t.Errorf("%d bytes: %v, want %v", c.bytes, err, c.want)
		}
	}
	b.End()
	if s := sw.Stats()[0]; s.Frames != 2 || s.Passed != 2 || s.Bytes != 1+MaxPayload {
		t.Errorf("counted %+v", s)
	}
}

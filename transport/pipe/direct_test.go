package pipe_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// busy passes time without giving the processor away.
func busy(d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
	}
}

// Frames after a pause are written by their sender, those of a stream by a goroutine:
// they stay in order wherever one ends and the other begins.
func TestFramesStayInOrderBetweenSinglesAndBatches(t *testing.T) {
	sw := transport.NewSwitch()
	from, to := link(t, "host 1", sw), link(t, "host 2", sw)
	const frames = 30_000
	next, done := uint64(0), make(chan uint64, 1)
	open(t, to, "b", func(_ transport.Address, payload []byte) {
		if got := binary.LittleEndian.Uint64(payload); got != next {
			select {
			case done <- got:
			default:
			}
		}
		if next++; next == frames {
			done <- next
		}
	})
	e := open(t, from, "a", ignore)
	payload := make([]byte, 3000) // few fit into one write, and many fill the pipe
	for i := range uint64(frames) {
		if i%7 == 0 || i%50 < 5 {
			busy(15 * time.Microsecond)
		}
		binary.LittleEndian.PutUint64(payload, i)
		if err := e.Send("b", payload[:8+i*37%2900]); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-done; got != frames {
		t.Errorf("frame %d came out of turn", got)
	}
}

func TestASingleFrameDoesNotAllocate(t *testing.T) {
	sw := transport.NewSwitch()
	host := link(t, "host 1", sw)
	arrived := make(chan struct{}, 1)
	e := open(t, host, "a", func(transport.Address, []byte) { arrived <- struct{}{} })
	payload := make([]byte, 64)
	if got := testing.AllocsPerRun(200, func() {
		busy(15 * time.Microsecond)
		_ = e.Send("a", payload)
		<-arrived
	}); got > 0 {
		t.Errorf("%v allocations for one frame", got)
	}
}

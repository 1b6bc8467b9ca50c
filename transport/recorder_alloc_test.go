//go:build !race

package transport_test

import (
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

func TestRecordingDoesNotAllocate(t *testing.T) {
	sw := transport.NewSwitch(transport.WithRecordOf(1<<10, 1<<20, 8))
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	payload := make([]byte, 64)
	burst := a.NewBurst()
	var batch transport.Batch
	do := func() {
		for range 100 {
			_ = a.Send("b", payload)
			_ = burst.Send("b", payload)
			burst.End()
			_ = a.Send("nobody", payload)
		}
		b.Take(&batch)
		b.Lost("a", "refused", 10, 640)
	}
	for range 100 {
		do() // the rings are full
	}
	if got := testing.AllocsPerRun(100, do); got > 0 {
		t.Errorf("%v allocations for 300 frames", got)
	}
}

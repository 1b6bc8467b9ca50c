package netconn_test

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// TestTwoRunsAreTheSame has several connections write, lose and close at one time, each in a goroutine of its own.
func TestTwoRunsAreTheSame(t *testing.T) {
	first := framesOf(t, 1)
	for range 10 {
		again := framesOf(t, 1)
		for i := range min(len(first), len(again)) {
			if first[i] != again[i] {
				t.Fatalf("frame %d is\n%s\nand then\n%s", i, first[i], again[i])
			}
		}
		if len(first) < 100 || len(first) != len(again) {
			t.Fatalf("there are %d frames, and then %d", len(first), len(again))
		}
	}
	if other := framesOf(t, 2); other[0] == first[0] {
		t.Error("another seed is the same")
	}
}

// framesOf returns the frames of a run.
func framesOf(t *testing.T, seed uint64) (frames []string) {
	synctest.Test(t, func(t *testing.T) {
		steps := transport.NewSteps(seed, synctest.Wait, func(at time.Time, f transport.Frame) {
			frames = append(frames, fmt.Sprintf("%v %s %x", at, f.Link, f.Payload))
		})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { steps.Run(ctx) })
		w := &world{T: t, sw: transport.NewSwitch(transport.WithSteps(steps))}
		w.network = chanpair.New(w.sw)
		w.a = open(t, w.network, "a", netconn.WithSeed(seed), netconn.WithTurns(steps.Later))
		w.b = open(t, w.network, "b", netconn.WithSeed(seed+1), netconn.WithTurns(steps.Later))
		w.listener = listen(t, w.b, ":80")
		w.writeAtOnce()
		w.close()
		cancel()
		running.Wait()
	})
	return frames
}

// writeAtOnce has ten connections do the same at the same times, among which a cut.
func (w *world) writeAtOnce() {
	var group sync.WaitGroup
	for i := range 10 {
		dialed, accepted := w.connect()
		group.Go(func() {
			w.write(dialed, fmt.Sprint("before the cut ", i))
			time.Sleep(10 * time.Millisecond)
			w.write(dialed, fmt.Sprint("in the cut ", i))
			time.Sleep(5 * time.Second)
			if err := dialed.Close(); err != nil {
				w.Error(err)
			}
		})
		group.Go(func() {
			if _, err := io.Copy(io.Discard, accepted); err != nil {
				w.Error(err)
			}
			_ = accepted.Close()
		})
	}
	time.Sleep(5 * time.Millisecond)
	w.cut(ab)
	time.Sleep(2 * time.Second)
	w.sw.Mend(ab)
	group.Wait()
}

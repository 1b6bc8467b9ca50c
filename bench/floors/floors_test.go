package floors_test

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/7aca83c2/multinode/bench/floors"
	"github.com/7aca83c2/multinode/transport"
)

func TestMailboxKeepsOrder(t *testing.T) {
	var got []int
	done := make(chan struct{})
	box := floors.Mailbox[int]{Handle: func(n int) {
		if got = append(got, n); n == 9_999 {
			close(done)
		}
	}}
	var want []int
	for n := range 10_000 {
		box.Tell(n)
		want = append(want, n)
	}
	<-done
	if !slices.Equal(got, want) {
		t.Errorf("handled %d messages, or in another order", len(got))
	}
}

func TestRouterDeliversEachFrameToItsDestination(t *testing.T) {
	t.Run("one by one", func(t *testing.T) { deliver(t, floors.NewRouter()) })
	t.Run("runs", func(t *testing.T) { deliver(t, floors.NewRunRouter()) })
}

func deliver(t *testing.T, router *floors.Router) {
	var in, wantA, wantB []byte
	for n := range 1000 {
		frame := transport.AppendFrame(nil, "a", []byte{byte(n)})
		if n%7 < 3 {
			frame = transport.AppendFrame(nil, "b", make([]byte, n))
			wantB = append(wantB, frame...)
		} else {
			wantA = append(wantA, frame...)
		}
		in = append(in, frame...)
	}
	var work sync.WaitGroup
	outputs := map[string]*io.PipeReader{}
	for _, address := range []string{"a", "b"} {
		router.Add(address)
		r, w := io.Pipe()
		outputs[address] = r
		work.Go(func() { router.Deliver(address, w) })
	}
	work.Go(func() { router.Take(iotest.HalfReader(bytes.NewReader(in))) })
	for address, want := range map[string][]byte{"a": wantA, "b": wantB} {
		got := make([]byte, len(want))
		if _, err := io.ReadFull(outputs[address], got); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s got other frames than were sent to it (%v)", address, err)
		}
	}
	router.End()
	work.Wait()
}

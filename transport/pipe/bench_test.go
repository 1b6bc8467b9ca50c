package pipe_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// BenchmarkRoute sends frames from one host through the broker to another, each hop
// over pipes. A window keeps the sender from overrunning the receiver's queue.
func BenchmarkRoute(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 64 << 10} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) { benchmarkRoute(b, size) })
	}
}

func benchmarkRoute(b *testing.B, size int) {
	sw := transport.NewSwitch()
	from, to := link(b, "host 1", sw), link(b, "host 2", sw)
	var received atomic.Int64
	arrived := make(chan struct{}, 1)
	receiver, err := to.Open("b", func(transport.Address, []byte) {
		received.Add(1)
		select {
		case arrived <- struct{}{}:
		default:
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	sender, err := from.Open("a", func(transport.Address, []byte) {})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sender.Close(); _ = receiver.Close() }()

	payload := make([]byte, size)
	window := int64(1<<24) / int64(size)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	for sent := int64(0); sent < int64(b.N); sent++ {
		for sent-received.Load() > window {
			<-arrived
		}
		if err := sender.Send("b", payload); err != nil {
			b.Fatal(err)
		}
	}
	for received.Load() < int64(b.N) {
		<-arrived
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mframes/s")
}

// link returns a host on sw, whose link to the broker ends with the test.
func link(t testing.TB, name string, sw *transport.Switch) *pipe.Host {
	t.Helper()
	line, host := twoEnds(t, name)
	line.Use(sw)
	return host
}

// BenchmarkRoundTrip has one frame under way at a time, there and back.
func BenchmarkRoundTrip(b *testing.B) {
	sw := transport.NewSwitch()
	from, to := link(b, "host 1", sw), link(b, "host 2", sw)
	back := make(chan struct{}, 1)
	sender := open(b, from, "a", func(transport.Address, []byte) { back <- struct{}{} })
	var receiver transport.Endpoint
	opened := make(chan struct{})
	receiver = open(b, to, "b", func(from transport.Address, payload []byte) {
		<-opened
		_ = receiver.Send(from, payload)
	})
	close(opened)
	defer func() { _ = sender.Close(); _ = receiver.Close() }()
	payload := make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		if err := sender.Send("b", payload); err != nil {
			b.Fatal(err)
		}
		<-back
	}
}

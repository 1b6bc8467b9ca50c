package pipe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// BenchmarkRouter compares the broker with a bare router, which reads frames from one
// pipe and writes them to another through a queue, and does nothing else. In both,
// the source writes ready-made batches and the sink throws away what it reads.
func BenchmarkRouter(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 64 << 10} {
		b.Run(fmt.Sprintf("broker/%dB", size), func(b *testing.B) { benchmarkRouter(b, size, startBroker) })
		b.Run(fmt.Sprintf("bare/%dB", size), func(b *testing.B) { benchmarkRouter(b, size, startBare) })
	}
}

// batchBytes is about how much the source writes at once.
const batchBytes = 256 << 10

func benchmarkRouter(b *testing.B, size int, start func(testing.TB) (source io.Writer, sink io.Reader)) {
	source, sink := start(b)
	frame := transport.AppendFrame(nil, "b", make([]byte, size))
	batch := max(1, batchBytes/len(frame))
	data := bytes.Repeat(frame, batch)
	batches := (b.N + batch - 1) / batch
	room := make(chan struct{}, 8) // batches under way, so that no queue overflows
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for range batches {
			room <- struct{}{}
			if _, err := source.Write(data); err != nil {
				b.Error(err)
			}
		}
	}()
	buf := make([]byte, 1<<20)
	for got, whole := 0, 0; whole < batches; {
		n, err := sink.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		for got += n; got >= len(data); got -= len(data) {
			whole++
			<-room
		}
	}
	b.ReportMetric(float64(batches*batch)/b.Elapsed().Seconds()/1e6, "Mframes/s")
}

// startBroker returns the data streams of two hosts that are played by the caller.
func startBroker(b testing.TB) (source io.Writer, sink io.Reader) {
	sw := transport.NewSwitch()
	var hosts []io.ReadWriter
	for i, address := range []transport.Address{"a", "b"} {
		ours, theirs, err := Pair()
		if err != nil {
			b.Fatal(err)
		}
		line, peer := NewLine(string(address), ours), rpc.NewPeer(theirs.Control)
		line.Use(sw)
		line.Start()
		peer.Start()
		b.Cleanup(func() {
			_ = line.Close()
			_ = theirs.Close()
			line.Wait()
			peer.Wait()
		})
		if _, err := rpc.Call[openRequest, openAnswer](b.Context(), peer, methodOpen, openRequest{address, uint64(i + 1)}); err != nil {
			b.Fatal(err)
		}
		hosts = append(hosts, theirs.Data)
	}
	if _, err := hosts[0].Write(appendMarker(nil, 1)); err != nil {
		b.Fatal(err)
	}
	marker := make([]byte, len(appendMarker(nil, 2)))
	if _, err := io.ReadFull(hosts[1], marker); err != nil {
		b.Fatal(err)
	}
	return hosts[0], hosts[1]
}

func startBare(b testing.TB) (source io.Writer, sink io.Reader) {
	ours, theirs, err := Pair()
	if err != nil {
		b.Fatal(err)
	}
	q := &bareQueue{}
	q.ready.L = &q.mu
	var work sync.WaitGroup
	work.Go(func() { q.fill(ours.Data) })
	work.Go(func() { q.empty(ours.Data) })
	b.Cleanup(func() {
		_ = theirs.Close()
		_ = ours.Close()
		work.Wait()
	})
	return theirs.Data, theirs.Data
}

type bareQueue struct {
	mu    sync.Mutex
	ready sync.Cond
	buf   []byte
	ended bool
}

func (q *bareQueue) fill(r io.Reader) {
	buf, left := make([]byte, 1<<20), 0
	for {
		n, err := r.Read(buf[left:])
		rest := buf[:left+n]
		for len(rest) >= 4 {
			size := 4 + int(binary.LittleEndian.Uint32(rest))
			if len(rest) < size {
				break
			}
			q.mu.Lock()
			q.buf = append(q.buf, rest[:size]...)
			q.mu.Unlock()
			rest = rest[size:]
		}
		left = copy(buf, rest)
		q.mu.Lock()
		q.ended = err != nil
		q.ready.Signal()
		q.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (q *bareQueue) empty(w io.Writer) {
	var buf []byte
	for {
		q.mu.Lock()
		for len(q.buf) == 0 && !q.ended {
			q.ready.Wait()
		}
		if q.ended {
			q.mu.Unlock()
			return
		}
		buf, q.buf = q.buf, buf[:0]
		q.mu.Unlock()
		if _, err := w.Write(buf); err != nil {
			return
		}
	}
}

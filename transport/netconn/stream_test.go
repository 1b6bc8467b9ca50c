package netconn_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// TestAStreamArrivesIntactInBadWeather takes real time: with MN_GIB=1 it sends 1 GiB.
func TestAStreamArrivesIntactInBadWeather(t *testing.T) {
	size := int64(64 << 20)
	switch {
	case os.Getenv("MN_GIB") == "1":
		size = 1 << 30
	case testing.Short():
		size = 32 << 20
	}
	sw := transport.NewSwitch()
	network := bad.under(chanpair.New(sw), sw, 7)
	bad.onto(sw, ab, 8)
	bad.onto(sw, ba, 9)
	a, b := open(t, network, "a"), open(t, network, "b")
	defer func() { _ = a.Close(); _ = b.Close() }()
	dialed, accepted := connect(t, a, listen(t, b, ":80"))

	begin := time.Now()
	sum := make(chan [sha256.Size]byte)
	go func() {
		hash := sha256.New()
		source := io.LimitReader(rand.NewChaCha8([32]byte{1}), size)
		if _, err := io.CopyBuffer(onlyWriter{dialed}, io.TeeReader(source, hash), make([]byte, 100_000)); err != nil {
			t.Error(err)
		}
		_ = dialed.Close()
		sum <- [sha256.Size]byte(hash.Sum(nil))
	}()
	hash := sha256.New()
	n, cuts := readCutting(t, sw, hash, accepted)
	want := <-sum
	if n != size || [sha256.Size]byte(hash.Sum(nil)) != want {
		t.Errorf("%d bytes arrived, and not those that were sent", n)
	}
	took := time.Since(begin)
	t.Logf("%d MiB in %v (%.0f MiB/s), %d cuts\n%+v\n%+v", size>>20, took.Round(time.Millisecond),
		float64(size>>20)/took.Seconds(), cuts, a.Stats(), b.Stats())
	for _, link := range sw.Stats() {
		t.Logf("%v: %d frames, %v", link.Link, link.Frames, link.Dropped)
		if link.Dropped["loss"].Frames == 0 || link.Dropped[transport.ReasonCut].Frames == 0 {
			t.Errorf("the weather on %v was fine", link.Link)
		}
	}
	if a.Stats().Bad == 0 || b.Stats().Bad == 0 {
		t.Error("no bits were flipped")
	}
}

// readCutting reads to the end. Every 8 MiB it cuts the link there or back, for 30 ms.
func readCutting(t *testing.T, sw *transport.Switch, w io.Writer, r io.Reader) (n int64, cuts int) {
	for {
		m, err := io.CopyN(w, r, 8<<20)
		n += m
		if err == io.EOF {
			return n, cuts
		}
		if err != nil {
			t.Error(err)
			return n, cuts
		}
		link := []transport.Link{ab, ba}[cuts%2]
		cuts++
		if err := sw.Cut(t.Context(), link); err != nil {
			t.Error(err)
		}
		time.AfterFunc(30*time.Millisecond, func() { sw.Mend(link) })
	}
}

type onlyWriter struct{ io.Writer }

// TestManyStreamsInBadWeather has their handshakes and ends in it as well.
func TestManyStreamsInBadWeather(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sw := transport.NewSwitch()
				worse := weather{loss: 0.2, late: 0.2, repeat: 0.2, broken: 0.1}
				network := worse.under(chanpair.New(sw), sw, seed)
				worse.onto(sw, ab, seed+100)
				worse.onto(sw, ba, seed+200)
				// Half of what one side repeats and the other confirms is lost. Within the 30 s that are
				// the default a segment is repeated 8 times: 1 of 256 would be given up.
				patient := netconn.WithUserTimeout(15 * time.Minute)
				a, b := open(t, network, "a", patient), open(t, network, "b", patient)
				listener := listen(t, b, ":80")
				go serveEcho(listener)
				var all sync.WaitGroup
				for i := range 20 {
					all.Go(func() { echo(t, a, byte(i), 100_000) })
				}
				all.Wait()
				time.Sleep(20 * time.Minute) // until both ends have forgotten
				if n := a.Stats().Connections + b.Stats().Connections; n != 0 {
					t.Errorf("%d connections are left", n)
				}
				_ = a.Close()
				_ = b.Close()
			})
		})
	}
}

// serveEcho sends back what it reads, and then the end.
func serveEcho(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(onlyWriter{conn}, conn)
			_ = conn.Close()
		}()
	}
}

// echo sends n bytes, and checks that they come back, and the end.
func echo(t *testing.T, from *netconn.Stack, what byte, n int) {
	conn, err := from.Dial("tcp", "b:80")
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	go func() {
		out := make([]byte, 1000)
		for sent := 0; sent < n; sent += len(out) {
			for i := range out {
				out[i] = what + byte((sent+i)>>8)
			}
			if _, err := conn.Write(out); err != nil {
				t.Error(err)
				return
			}
		}
		if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Error(err)
		}
	}()
	got, err := io.ReadAll(conn)
	if err != nil || len(got) != n {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	for i := range got {
		if got[i] != what+byte(i>>8) {
			t.Errorf("byte %d of stream %d is wrong", i, what)
			return
		}
	}
}

func TestOneReaderThatStallsCostsOthersNothing(t *testing.T) {
	const window = 16 << 10
	streams := int64(1000)
	if testing.Short() {
		streams = 200
	}
	onVirtualTime(t, func(w *world) {
		stuck, stalled := w.connect()
		defer stuck.Close()
		defer stalled.Close()
		go func() { _, _ = stuck.Write(make([]byte, 1<<20)) }()
		go serveEcho(w.listener)
		var all sync.WaitGroup
		var most atomic.Int64
		begin := time.Now()
		for i := range streams {
			all.Go(func() {
				echo(w.T, w.a, byte(i), 50_000)
				for _, s := range []*netconn.Stack{w.a, w.b} {
					for old, now := most.Load(), int64(s.Stats().Buffered); now > old; old = most.Load() {
						most.CompareAndSwap(old, now)
					}
				}
			})
		}
		all.Wait()
		if took := time.Since(begin); took > time.Second {
			w.Errorf("it took %v", took)
		}
		w.Logf("at most %d KiB set aside in a stack, of %d; %v", most.Load()>>10, (streams+1)*2*window>>10, time.Since(begin))
		if most.Load() > (streams+1)*2*window || most.Load() == 0 {
			w.Errorf("%d bytes were set aside in a stack", most.Load())
		}
		for _, link := range w.sw.Stats() {
			if link.Frames < uint64(streams) {
				w.Errorf("%v had %d frames", link.Link, link.Frames)
			}
		}
	}, netconn.WithWindow(window))
}

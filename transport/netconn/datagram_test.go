package netconn_test

import (
	"maps"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// writeTo sends count datagrams of so many bytes.
func writeTo(w *world, from net.PacketConn, to string, count, bytes int) {
	w.Helper()
	for range count {
		if _, err := from.WriteTo(make([]byte, bytes), hostPort(to)); err != nil {
			w.Error(err)
		}
	}
	synctest.Wait()
}

// hostPort is an address as other packages have it.
type hostPort string

func (hostPort) Network() string  { return "udp" }
func (a hostPort) String() string { return string(a) }

// dropped returns how many frames of a link were dropped, by reason, and how many were not.
func (w *world) dropped(l transport.Link) (delivered uint64, why map[string]uint64) {
	why = map[string]uint64{}
	for _, s := range w.sw.Stats() {
		if s.Link == l {
			delivered = s.Frames
			for reason, d := range s.Dropped {
				why[reason] = d.Frames
			}
		}
	}
	return delivered, why
}

func (w *world) wantDropped(l transport.Link, delivered uint64, want map[string]uint64) {
	w.Helper()
	if n, got := w.dropped(l); n != delivered || !maps.Equal(got, want) {
		w.Errorf("%s: %d delivered, dropped %v\nnot %d, %v", l, n, got, delivered, want)
	}
}

func TestDatagramsThatNobodyReadsAreDroppedAndCounted(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2")
		writeTo(w, a, "b:2", 100, 1000) // 8 KiB have room for 7, with 128 bytes for each
		writeTo(w, a, "b:2", 100, 0)    // and then for 2 of these
		writeTo(w, a, "b:3", 5, 10)
		w.wantDropped(ab, 9, map[string]uint64{"reader behind at :2, buffer 8 KiB": 191, "no reader at :3": 5})
		if s := w.b.Stats(); s.Buffered != 7*1128+2*128 || s.Dropped != 191 || s.Unread != 5 || s.Received != 205 {
			w.Errorf("%+v", s)
		}
		_ = b.Close()
		writeTo(w, a, "b:2", 1, 0)
		w.wantDropped(ab, 9, map[string]uint64{"reader behind at :2, buffer 8 KiB": 191, "no reader at :3": 5, "no reader at :2": 1})
		if s := w.b.Stats(); s.Buffered != 0 || s.Unread != 6 {
			w.Errorf("after Close: %+v", s)
		}
	}, netconn.WithDatagramBuffer(8<<10))
}

func TestAReaderThatKeepsUpLosesNothing(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2")
		buf := make([]byte, 2000)
		for range 1000 { // more than the buffer has room for
			writeTo(w, a, "b:2", 1, 1000)
			if n, _, err := b.ReadFrom(buf); n != 1000 || err != nil {
				w.Fatalf("%d bytes, %v", n, err)
			}
		}
		w.wantDropped(ab, 1000, map[string]uint64{})
	})
}

func TestTheBufferOfDatagramsCanBeSet(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2").(interface {
			net.PacketConn
			SetReadBuffer(bytes int) error
			SetWriteBuffer(bytes int) error
		})
		set := func(bytes int) {
			for _, err := range []error{b.SetReadBuffer(bytes), b.SetWriteBuffer(bytes)} {
				if err != nil {
					w.Error(err)
				}
			}
		}
		set(1000 * 1128)
		writeTo(w, a, "b:2", 1001, 1000)
		w.wantDropped(ab, 1000, map[string]uint64{"reader behind at :2, buffer 1128000 B": 1})
	})
	onVirtualTime(t, func(w *world) { // one always has room
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2").(interface{ SetReadBuffer(bytes int) error })
		if err := b.SetReadBuffer(0); err != nil {
			w.Error(err)
		}
		writeTo(w, a, "b:2", 3, 60_000)
		w.wantDropped(ab, 1, map[string]uint64{"reader behind at :2, buffer 0 B": 2})
	})
}

func TestPickedPortsShareAReason(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":0")
		writeTo(w, a, b.LocalAddr().String(), 100, 1000)
		for _, to := range []string{"b:49151", "b:50000", "b:50001", "b:65535"} {
			writeTo(w, a, to, 1, 0)
		}
		w.wantDropped(ab, 7, map[string]uint64{
			"reader behind at a picked port (49152+), buffer 8 KiB": 93,
			"no reader at a picked port (49152+)":                   3, "no reader at :49151": 1,
		})
	}, netconn.WithDatagramBuffer(8<<10))
}

func TestConnectionsThatNobodyAcceptsAreCounted(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for range 1024 {
			if _, err := w.a.Dial("tcp", "b:80"); err != nil {
				w.Fatal(err)
			}
		}
		_, err := w.a.Dial("tcp", "b:80")
		text(w, err, "dial tcp b:80: connect: connection timed out")
		if _, why := w.dropped(ab); why["listener behind at :80, 1024 wait"] < 2 || len(why) != 1 {
			w.Errorf("dropped %v", why)
		}
	})
}

func TestOnlyDatagramsAreToldAsSuch(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		var sizes []int
		others := 0
		w.sw.SetRule(ab, "look", transport.RuleFunc(func(f transport.Frame, v transport.Verdict) transport.Verdict {
			n, is := netconn.Datagram(f.Payload)
			if is {
				sizes = append(sizes, n)
			} else {
				others++
			}
			broken := append([]byte(nil), f.Payload...)
			broken[len(broken)-1] ^= 1
			if _, is := netconn.Datagram(broken); is {
				w.Errorf("a frame that is damaged is told as a datagram")
			}
			return v
		}))
		dialed, accepted := w.connect()
		w.write(dialed, "stream")
		w.read(accepted, "stream")
		a := packets(w, w.a, ":1")
		writeTo(w, a, "b:2", 1, 0)
		writeTo(w, a, "b:2", 1, 65507)
		if len(sizes) != 2 || sizes[0] != 0 || sizes[1] != 65507 || others < 3 {
			w.Errorf("datagrams of %d bytes, and %d other frames", sizes, others)
		}
		if _, is := netconn.Datagram(nil); is {
			w.Error("nothing is told as a datagram")
		}
	})
}

// TestJitterAndAnMTUAreForDatagrams has both on a link, with a stream and datagrams on it.
func TestJitterAndAnMTUAreForDatagrams(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for _, f := range []fault.Fault{
			{Kind: fault.Latency, Delay: fault.Uniform(10*time.Millisecond, 8*time.Millisecond), Seed: 7},
			{Kind: fault.MTU, Size: 1500},
		} {
			w.sw.SetRule(ab, f.String(), f.Rule(ab, nil, fault.Datagrams(netconn.Datagram)))
		}
		dialed, accepted := w.connect()
		long := string(make([]byte, 100_000))
		go w.write(dialed, long)
		w.read(accepted, long)

		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2")
		for i := range 100 {
			if _, err := a.WriteTo([]byte{byte(i)}, b.LocalAddr()); err != nil {
				w.Error(err)
			}
			if _, err := a.WriteTo(make([]byte, 1473), b.LocalAddr()); err != nil {
				w.Error(err)
			}
		}
		behind, last := 0, byte(0)
		buf := make([]byte, 2000)
		for range 100 {
			n, _, err := b.ReadFrom(buf)
			if n != 1 || err != nil {
				w.Fatalf("%d bytes, %v", n, err)
			}
			if buf[0] < last {
				behind++
			}
			last = buf[0]
		}
		if behind < 20 {
			w.Errorf("%d of 100 datagrams were overtaken", behind)
		}
		if _, why := w.dropped(ab); len(why) != 1 || why["mtu"] != 100 {
			w.Errorf("dropped %v, not the 100 that were too long", why)
		}
	})
}

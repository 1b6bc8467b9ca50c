package netconn

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// newReceiver returns one that has begun at 1000, with a window of 10.
func newReceiver() *receiver {
	r := &receiver{}
	r.ring.held = new(atomic.Int64)
	r.begin(1000, 10)
	return r
}

func (r *receiver) takeText(seq uint64, data string, f flags) bool {
	return r.take(&segment{seq: seq, data: []byte(data), flags: f})
}

func (r *receiver) all() string {
	buf := make([]byte, 100)
	return string(buf[:r.copyTo(buf)])
}

func TestAReceiverSortsSegments(t *testing.T) {
	r := newReceiver()
	r.takeText(1006, "gh", 0)
	r.takeText(1002, "cd", 0)
	r.takeText(1003, "def", 0)
	if len(r.ranges) != 1 || r.ranges[0] != (span{1002, 1008}) {
		t.Errorf("ranges %v", r.ranges)
	}
	if r.takeText(1008, "ijklmn", 0) || r.unread() != 0 {
		t.Error("there is something to read")
	}
	if !r.takeText(998, "xxab", 0) {
		t.Error("there is nothing to read")
	}
	if got := r.all(); got != "abcdefghij" || len(r.ranges) > 0 {
		t.Errorf("read %q; ranges %v", got, r.ranges)
	}
}

func TestAReceiverKeepsToItsWindow(t *testing.T) {
	r := newReceiver()
	r.takeText(1000, strings.Repeat("x", 100), 0)
	if r.unread() != 10 || len(r.ring.buf) != 10 {
		t.Errorf("%d bytes, in a buffer of %d", r.unread(), len(r.ring.buf))
	}
	r.takeText(1010, "", flagFIN)
	if !r.eof || !r.accepts(1011) || r.accepts(1012) || r.window() != 0 {
		t.Errorf("after FIN: %+v", r)
	}
}

func TestAReceiverKeepsFewRanges(t *testing.T) {
	r := newReceiver()
	r.limit, r.most = 10_000, 10_000
	for i := range uint64(2 * keptRanges) {
		r.takeText(1001+2*i, "x", 0)
	}
	if len(r.ranges) != keptRanges {
		t.Errorf("%d ranges", len(r.ranges))
	}
	if !r.takeText(1000, "x", 0) || r.unread() != 2 {
		t.Errorf("%d bytes", r.unread())
	}
}

func TestAReceiverIgnoresWhatIsOld(t *testing.T) {
	r := newReceiver()
	r.takeText(1000, "abc", 0)
	r.takeText(900, "old", flagFIN)
	r.takeText(1003, "", flagFIN)
	if !r.eof || r.all() != "abc" {
		t.Error("an old FIN hid the right one")
	}
	if r := newReceiver(); r.accepts(900) || !r.accepts(1000) || !r.accepts(1010) || r.accepts(1011) {
		t.Error("a segment of another connection is accepted, or one of this is not")
	}
}

func TestAnRSTIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		b := stack(t, sw, "b")
		a, err := chanpair.New(sw).Open("a", func(transport.Address, []byte) {})
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range []flags{flagRST | flagACK, flagRST, flagACK} {
			if err := a.Send("b", frameOf(segment{flags: f, from: 1, to: 2})); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if sent, want := b.Stats().Sent, uint64(i/2); sent != want {
				t.Errorf("%d answers, not %d", sent, want)
			}
		}
		_ = a.Close()
		_ = b.Close()
	})
}

package ddata

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// patient has nobody suspected for an hour.
var patient = cluster.WithDetector(cluster.Deadline(time.Second, time.Hour))

// fill gives a node values of that size each, under keys of their own.
func (l *dataLab) fill(a transport.Address, keys, size int) {
	l.Helper()
	r := l.at[a]
	for i := range keys {
		key := NewKey[crdt.GSet[string]](fmt.Sprintf("%05d", i))
		err := Update(l.Within(time.Minute), r, key, Local, func(s crdt.GSet[string]) crdt.GSet[string] {
			return s.Add(strings.Repeat("x", size-10) + fmt.Sprintf("%010d", i))
		})
		l.Must(err)
	}
}

// has returns how many of the keys that fill makes a node has.
func (l *dataLab) has(a transport.Address, keys int) (n int) {
	l.Helper()
	for i := range keys {
		s, err := Get(l.Within(time.Minute), l.at[a], NewKey[crdt.GSet[string]](fmt.Sprintf("%05d", i)), Local)
		l.Must(err)
		n += s.Len()
	}
	return n
}

func (l *dataLab) awaitAll(a transport.Address, keys int, within time.Duration) {
	l.Helper()
	for deadline := time.Now().Add(within); l.has(a, keys) < keys; time.Sleep(within / 100) {
		if time.Now().After(deadline) {
			l.Fatalf("%s has %d of %d keys after %s", a, l.has(a, keys), keys, within)
		}
	}
}

// traffic is what passes a link.
type traffic struct {
	mu             sync.Mutex
	bytes, longest int
}

// Judge counts the frame and lets it pass.
func (f *traffic) Judge(frame transport.Frame, v transport.Verdict) transport.Verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bytes += len(frame.Payload)
	f.longest = max(f.longest, len(frame.Payload))
	return v
}

// read returns what has passed so far.
func (f *traffic) read() (bytes, longest int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes, f.longest
}

func TestMoreThanAFrameReachesANewNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys, size = 80, 300 << 10 // 23 MiB
		l := newLab(t, patient)
		l.form("a", "b")
		l.fill("a", keys, size)
		l.awaitAll("b", keys, time.Second)
		var seen traffic
		for _, from := range []transport.Address{"a", "b"} {
			l.Switch.SetRule(transport.Link{From: from, To: "c"}, "traffic", &seen)
		}
		l.Start("c")
		l.AwaitUp()
		l.awaitAll("c", keys, time.Second)
		if _, err := Get(l.Within(time.Second), l.at["c"], hits, All); err != nil {
			t.Error("c has not caught up:", err)
		}
		if _, longest := seen.read(); longest > maxPiece+size {
			t.Errorf("a frame had %d bytes, more than %d", longest, maxPiece+size)
		}
	})
}

func TestPiecesOverASlowLinkAreSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys, size = 100, 100 << 10 // 10 MiB, in 50 pieces
		l := newLab(t, patient)
		l.Start("a")
		l.AwaitUp()
		l.fill("a", keys, size)
		var seen traffic
		for _, link := range lab.Links("a", "b") {
			l.Switch.SetRule(link, "slow", fault.Fault{Kind: fault.Latency, Delay: fault.Constant(time.Second)}.Rule(link, nil))
			l.Switch.SetRule(link, "traffic", &seen)
		}
		l.Start("b")
		l.awaitAll("b", keys, 5*time.Minute)
		if bytes, _ := seen.read(); bytes > keys*size*5/4 {
			t.Errorf("%d bytes for data of %d", bytes, keys*size)
		}
	})
}

func TestPiecesThatAreLostAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys, size = 200, 50 << 10
		l := newLab(t, patient)
		l.Start("a")
		l.AwaitUp()
		l.fill("a", keys, size)
		l.Start("b")
		for _, link := range lab.Links("a", "b") {
			l.Switch.SetRule(link, "loss", fault.Fault{Kind: fault.Loss, Share: 0.1, Seed: 1}.Rule(link, nil))
		}
		l.awaitAll("b", keys, 5*time.Minute)
	})
}

// Who leaves hands over what only it has, however much that is.
func TestLeavingHandsOverInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys, size = 80, 300 << 10
		l := newLab(t, patient)
		l.form("a", "b", "c")
		l.Cut("c", "a", "b")
		l.fill("c", keys, size)
		synctest.Wait()
		l.Heal("c", "a", "b")
		l.Leave("c")
		l.awaitAll("a", keys, time.Second)
	})
}

func TestPruningOfMoreThanAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys, size = 60, 300 << 10
		l := newLab(t, lab.Quick, downs)
		l.form("a", "b", "c")
		c := l.at["c"]
		life := c.self.Incarnation
		key := func(i int) Key[crdt.ORSet[string]] { return NewKey[crdt.ORSet[string]](fmt.Sprintf("set %02d", i)) }
		for i := range keys {
			err := Update(l.Within(time.Minute), c, key(i), All, func(s crdt.ORSet[string]) crdt.ORSet[string] {
				return s.Add(c.Self(), strings.Repeat("x", size))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		l.Crash("c")
		l.awaitPruned("c", life)
		time.Sleep(time.Second)
		for a := range l.Nodes {
			for i := range keys {
				s, err := Get(l.Within(time.Second), l.at[a], key(i), Local)
				if err != nil || s.Len() != 1 || fmt.Sprint(s) != fmt.Sprint(s.Prune("c", life)) {
					t.Fatalf("%s: set %d is not pruned, or lost: %d elements, %v", a, i, s.Len(), err)
				}
			}
		}
	})
}

// A long value on its way to a slow node is not sent again while that takes.
func TestLongValuesAreNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 4 << 20
		l := newLab(t, patient)
		l.form("a", "b")
		ab := transport.Link{From: "a", To: "b"}
		var seen traffic
		l.Switch.SetRule(ab, "narrow", fault.Fault{Kind: fault.Bandwidth, Rate: 1_000_000}.Rule(ab, nil))
		l.Switch.SetRule(ab, "traffic", &seen)
		r := l.at["a"]
		err := Update(l.Within(time.Minute), r, names, All, func(s crdt.ORSet[string]) crdt.ORSet[string] {
			return s.Add(r.Self(), strings.Repeat("x", size))
		})
		if err != nil {
			t.Fatal(err)
		}
		if seen.bytes > size*3/2 {
			t.Errorf("%d bytes for a value of %d", seen.bytes, size)
		}
	})
}

package crdt_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
)

// step is a random update of a value by self.
type step[V any] func(rng *rand.Rand, self crdt.Replica, v V) V

func TestLaws(t *testing.T) {
	t.Run("GCounter", func(t *testing.T) {
		laws(t, func(rng *rand.Rand, self crdt.Replica, c crdt.GCounter) crdt.GCounter {
			return c.Increment(self, rng.Uint64N(3))
		})
	})
	t.Run("PNCounter", func(t *testing.T) {
		laws(t, func(rng *rand.Rand, self crdt.Replica, c crdt.PNCounter) crdt.PNCounter {
			return c.Add(self, rng.Int64N(7)-3)
		})
	})
	t.Run("GSet", func(t *testing.T) {
		laws(t, func(rng *rand.Rand, _ crdt.Replica, s crdt.GSet[string]) crdt.GSet[string] {
			return s.Add(name(rng))
		})
	})
	t.Run("ORSet", func(t *testing.T) { laws(t, changeSet) })
	t.Run("LWWRegister", func(t *testing.T) { laws(t, setRegister) })
	t.Run("ORMap of counters", func(t *testing.T) {
		laws(t, changeMap(func(rng *rand.Rand, self crdt.Replica, c crdt.PNCounter) crdt.PNCounter {
			return c.Add(self, rng.Int64N(7)-3)
		}))
	})
	t.Run("ORMap of sets", func(t *testing.T) { laws(t, changeMap(changeSet)) })
	t.Run("ORMap of registers", func(t *testing.T) { laws(t, changeMap(setRegister)) })
}

func name(rng *rand.Rand) string { return string(rune('p' + rng.IntN(4))) }

func changeSet(rng *rand.Rand, self crdt.Replica, s crdt.ORSet[string]) crdt.ORSet[string] {
	if rng.IntN(3) == 0 {
		return s.Remove(name(rng), name(rng))
	}
	return s.Add(self, name(rng))
}

func setRegister(rng *rand.Rand, self crdt.Replica, r crdt.LWWRegister[string]) crdt.LWWRegister[string] {
	return r.Set(self, time.Unix(0, rng.Int64N(20)), name(rng)) // the clocks do not agree
}

func changeMap[V crdt.Value[V]](change step[V]) step[crdt.ORMap[string, V]] {
	return func(rng *rand.Rand, self crdt.Replica, m crdt.ORMap[string, V]) crdt.ORMap[string, V] {
		if rng.IntN(4) == 0 {
			return m.Remove(name(rng))
		}
		return m.Update(self, name(rng), func(as crdt.Replica, old V) V { return change(rng, as, old) })
	}
}

// laws runs random histories of four replicas, which change their values, merge those
// of others, and prune, and holds the values that come up against what Value promises.
func laws[V crdt.Value[V]](t *testing.T, change step[V]) {
	for seed := range uint64(20) {
		l := &lawyer[V]{T: t, rng: rand.New(rand.NewPCG(seed, 1)), seed: seed, change: change}
		l.values = make([]V, 4)
		for range 40 {
			l.act()
		}
		for range 60 {
			l.lattice(l.any(), l.any(), l.any())
		}
		l.deltas()
	}
}

// lawyer is one history.
type lawyer[V crdt.Value[V]] struct {
	*testing.T
	rng    *rand.Rand
	seed   uint64
	change step[V]
	values []V // by replica
	sent   []V // the delta of each act
	past   []V // all that ever was a value or a delta
}

// act lets one replica do something, and notes the delta of it.
func (l *lawyer[V]) act() {
	i := l.rng.IntN(len(l.values))
	old := l.values[i]
	before := encode(l.T, old)
	next := old
	switch l.rng.IntN(8) {
	case 0, 1:
		next = old.Merge(l.values[l.rng.IntN(len(l.values))])
	case 2:
		if len(l.sent) > 0 { // whatever order they come in
			next = old.Merge(l.sent[l.rng.IntN(len(l.sent))])
		}
	case 3:
		next = old.Prune(replica(l.rng.IntN(2)).Address, 1)
	default:
		next = l.change(l.rng, replica(i), old)
	}
	l.same("a value after an update of it", encodeAs(before), old)
	delta := next.Since(old)
	l.same("the old value with the delta", next, old.Merge(delta))
	l.values[i] = next
	l.sent = append(l.sent, delta)
	l.past = append(l.past, next, delta)
}

// replica returns a writer. The first two are lives of one address.
func replica(i int) crdt.Replica {
	return []crdt.Replica{{Address: "a", Incarnation: 1}, {Address: "b", Incarnation: 1}, {Address: "a", Incarnation: 2}, {Address: "c", Incarnation: 1}}[i]
}

func (l *lawyer[V]) any() V { return l.past[l.rng.IntN(len(l.past))] }

// lattice checks what must hold of any three values.
func (l *lawyer[V]) lattice(x, y, z V) {
	l.same("x and y are y and x", x.Merge(y), y.Merge(x))
	l.same("(x and y) and z are x and (y and z)", x.Merge(y).Merge(z), x.Merge(y.Merge(z)))
	l.same("x and x are x", x, x.Merge(x))
	l.same("y and x since y are y and x", y.Merge(x), y.Merge(x.Since(y)))
	l.same("x since x is nothing", *new(V), x.Since(x))
	l.same("x since nothing is x", x, x.Since(*new(V)))
	l.same("x and pruned x are pruned x", x.Prune("a", 1), x.Merge(x.Prune("a", 1)))
	l.same("pruned twice is pruned", x.Prune("a", 1), x.Prune("a", 1).Prune("a", 1))
	decoded, err := codec.DecodeAs[V](encode(l.T, x), nil)
	if err != nil {
		l.Fatalf("seed %d: decode: %v", l.seed, err)
	}
	l.same("x there and back", x, decoded)
}

// deltas checks that the deltas of a history are worth as much as its values.
func (l *lawyer[V]) deltas() {
	var values, deltas V
	for _, v := range l.values {
		values = values.Merge(v)
	}
	l.rng.Shuffle(len(l.sent), func(i, j int) { l.sent[i], l.sent[j] = l.sent[j], l.sent[i] })
	for _, d := range l.sent {
		deltas = deltas.Merge(d)
	}
	l.same("all values are all deltas", values, deltas)
}

// encodeAs marks bytes that were encoded before.
type encodeAs []byte

// same compares by encoding: equal values must have equal bytes.
func (l *lawyer[V]) same(law string, want, got any) {
	l.Helper()
	bytesOf := func(v any) []byte {
		if b, ok := v.(encodeAs); ok {
			return b
		}
		return encode(l.T, v.(V))
	}
	if !bytes.Equal(bytesOf(want), bytesOf(got)) {
		l.Fatalf("seed %d: %s:\nwant %s\ngot  %s", l.seed, law, show(want), show(got))
	}
}

func show(v any) string { return fmt.Sprintf("%+v", v) }

func encode[V any](t testing.TB, v V) []byte {
	t.Helper()
	b, err := codec.AppendAs(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

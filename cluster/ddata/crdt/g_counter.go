package crdt

import (
	"maps"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// GCounter is a counter that only goes up.
type GCounter struct {
	counts map[Replica]uint64 // of those who may still count
	former map[transport.Address]former
}

var _ Value[GCounter] = GCounter{}

// former is what all lives of an address up to an incarnation have counted together.
type former struct{ Until, Count uint64 }

// later returns the one that covers more lives. Of the same lives there should be one
// count only; if somebody pruned too early, the larger one has lost less.
func (f former) later(g former) former {
	if g.Until > f.Until || g.Until == f.Until && g.Count > f.Count {
		return g
	}
	return f
}

// Value returns the count.
func (c GCounter) Value() uint64 {
	var sum uint64
	for _, n := range c.counts {
		sum += n
	}
	for _, f := range c.former {
		sum += f.Count
	}
	return sum
}

// Increment returns the counter with n added by self.
func (c GCounter) Increment(self Replica, n uint64) GCounter {
	if n == 0 || c.pruned(self) {
		return c
	}
	counts := clone(c.counts)
	counts[self] += n
	return GCounter{counts, c.former}
}

// Merge implements Value.
func (c GCounter) Merge(other GCounter) GCounter {
	merged := GCounter{union(c.counts, other.counts, larger), union(c.former, other.former, former.later)}
	maps.DeleteFunc(merged.counts, func(r Replica, _ uint64) bool { return merged.pruned(r) })
	return merged
}

// Since implements Value.
func (c GCounter) Since(other GCounter) GCounter {
	d := GCounter{map[Replica]uint64{}, map[transport.Address]former{}}
	for r, n := range c.counts {
		if n > other.counts[r] && !other.pruned(r) {
			d.counts[r] = n
		}
	}
	for a, f := range c.former {
		if old := other.former[a]; old.later(f) != old {
			d.former[a] = f
		}
	}
	return d
}

// Prune implements Value. The count stays what it was.
func (c GCounter) Prune(address transport.Address, until uint64) GCounter {
	f := former{until, c.former[address].Count}
	counts := clone(c.counts)
	for r, n := range c.counts {
		if r.in(address, until) {
			f.Count += n
			delete(counts, r)
		}
	}
	if len(counts) == len(c.counts) {
		return c
	}
	formers := clone(c.former)
	formers[address] = f
	return GCounter{counts, formers}
}

func (c GCounter) pruned(r Replica) bool { return r.Incarnation <= c.former[r.Address].Until }

type gCounterWire struct {
	Counts map[Replica]uint64
	Former map[transport.Address]former
}

// AppendWire encodes the counter.
func (c GCounter) AppendWire(buf []byte) ([]byte, error) {
	return codec.AppendAs(buf, gCounterWire{tidy(c.counts), tidy(c.former)})
}

// DecodeWire decodes what AppendWire wrote.
func (c *GCounter) DecodeWire(data []byte, env any) error {
	w, err := codec.DecodeAs[gCounterWire](data, env)
	*c = GCounter{w.Counts, w.Former}
	return err
}

package crdt

import (
	"cmp"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// causal is what ORSet and ORMap have inside: what was written, by dot, and all dots that
// were seen. An entry whose dot was seen, and which is not there, was taken out.
type causal[E any] struct {
	Entries map[dot]E
	Seen    seen
}

// replace returns the entries without those that old accepts and with a new one, written
// by self. It does nothing for a replica that was pruned.
func (c causal[E]) replace(self Replica, old func(dot, E) bool, e E) causal[E] {
	if c.Seen.pruned(self) {
		return c
	}
	d := c.Seen.next(self)
	out := c.without(old)
	out.Entries[d] = e
	out.Seen = c.Seen.with(d)
	return out
}

// without returns the entries without those that old accepts.
func (c causal[E]) without(old func(dot, E) bool) causal[E] {
	out := causal[E]{make(map[dot]E, len(c.Entries)+1), c.Seen}
	for d, e := range c.Entries {
		if !old(d, e) {
			out.Entries[d] = e
		}
	}
	return out
}

// merge keeps an entry that both have, or one has and the other has never seen.
func (c causal[E]) merge(o causal[E]) causal[E] {
	out := causal[E]{make(map[dot]E, max(len(c.Entries), len(o.Entries))), c.Seen.plus(o.Seen)}
	for d, e := range c.Entries {
		if _, both := o.Entries[d]; both || !o.Seen.has(d) {
			out.Entries[d] = e
		}
	}
	for d, e := range o.Entries {
		if !c.Seen.has(d) {
			out.Entries[d] = e
		}
	}
	return out
}

// since returns the entries that o has not seen, and as seen those and what o still has.
// A floor stands for dots that o has already, so their entries go with it: they would
// look taken out otherwise.
func (c causal[E]) since(o causal[E]) causal[E] {
	var gone []dot
	for d := range o.Entries {
		if _, both := c.Entries[d]; !both && c.Seen.has(d) {
			gone = append(gone, d)
		}
	}
	news := c.Seen.minus(o.Seen)
	out := causal[E]{map[dot]E{}, news.with(gone...)}
	for d, e := range c.Entries {
		if news.has(d) {
			out.Entries[d] = e
		}
	}
	return out
}

// prune leaves the entries alone: they cost something only until they are taken out.
func (c causal[E]) prune(address transport.Address, until uint64) causal[E] {
	if pruned, some := c.Seen.prune(address, until); some {
		return causal[E]{c.Entries, pruned}
	}
	return c
}

// dots returns the dots of the entries, in order.
func (c causal[E]) dots() []dot {
	return slices.SortedFunc(maps.Keys(c.Entries), func(a, b dot) int { return cmp.Or(a.By.Compare(b.By), cmp.Compare(a.N, b.N)) })
}

// distinct returns what the entries are about, each once, in the order of their dots.
func distinct[E any, T comparable](c causal[E], about func(E) T) []T {
	all, had := make([]T, 0, len(c.Entries)), map[T]bool{}
	for _, d := range c.dots() {
		if t := about(c.Entries[d]); !had[t] {
			had[t] = true
			all = append(all, t)
		}
	}
	return all
}

func (c causal[E]) tidy() causal[E] { return causal[E]{tidy(c.Entries), c.Seen.tidy()} }

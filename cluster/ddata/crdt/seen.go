package crdt

import (
	"maps"

	"github.com/7aca83c2/multinode/transport"
)

// dot is one write: the Nth of a replica, counted from 1.
type dot struct {
	By Replica
	N  uint64
}

// seen is a set of dots: those whose writes a value knows, be it that they were undone.
type seen struct {
	Spans  map[Replica]spans
	Floors map[transport.Address]uint64 // all dots of lives up to this incarnation
}

func (s seen) has(d dot) bool { return s.pruned(d.By) || s.Spans[d.By].has(d.N) }

func (s seen) pruned(r Replica) bool { return r.Incarnation <= s.Floors[r.Address] }

// next returns the dot of the replica's next write.
func (s seen) next(r Replica) dot { return dot{r, s.Spans[r].last() + 1} }

// with returns the set with the dots added.
func (s seen) with(dots ...dot) seen {
	added := map[Replica]spans{}
	for _, d := range dots {
		added[d.By] = added[d.By].plus(spans{{d.N, d.N}})
	}
	return s.plus(seen{Spans: added})
}

// plus returns the dots that are in s or in o.
func (s seen) plus(o seen) seen {
	out := seen{union(s.Spans, o.Spans, spans.plus), union(s.Floors, o.Floors, larger)}
	maps.DeleteFunc(out.Spans, func(r Replica, _ spans) bool { return out.pruned(r) })
	return out
}

// minus returns the dots that are in s and not in o, with whole lives where s has those
// and o does not.
func (s seen) minus(o seen) seen {
	out := seen{map[Replica]spans{}, map[transport.Address]uint64{}}
	for r, numbers := range s.Spans {
		if rest := numbers.minus(o.Spans[r]); len(rest) > 0 && !o.pruned(r) {
			out.Spans[r] = rest
		}
	}
	for a, until := range s.Floors {
		if until > o.Floors[a] {
			out.Floors[a] = until
		}
	}
	return out
}

// prune returns the set with one floor in place of what it has of these lives, and of
// all that they might still write; or false if it has nothing.
func (s seen) prune(address transport.Address, until uint64) (seen, bool) {
	for r := range s.Spans {
		if r.in(address, until) {
			return s.plus(seen{Floors: map[transport.Address]uint64{address: until}}), true
		}
	}
	return s, false
}

func (s seen) tidy() seen { return seen{tidy(s.Spans), tidy(s.Floors)} }

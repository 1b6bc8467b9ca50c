package gossip

import (
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// Report says which nodes an observer does not hear. Only the observer writes it, and
// each time with a higher version.
type Report struct {
	Observer    Node
	Version     uint64
	Unreachable []Node // by address
}

// Accuses reports whether n is among the unreachable.
func (r Report) Accuses(n Node) bool {
	_, found := slices.BinarySearchFunc(r.Unreachable, n, Node.Compare)
	return found
}

// With returns the next version of the report, in which n is unreachable or not.
func (r Report) With(n Node, unreachable bool) Report {
	i, found := slices.BinarySearchFunc(r.Unreachable, n, Node.Compare)
	switch {
	case unreachable && !found:
		r.Unreachable = slices.Insert(slices.Clone(r.Unreachable), i, n)
	case !unreachable && found:
		r.Unreachable = slices.Delete(slices.Clone(r.Unreachable), i, i+1)
	}
	r.Version++
	return r
}

// join returns the later of two reports from the same address. Two reports of the same
// version differ at most in nodes that ended, which prune takes out of either.
func (r Report) join(s Report) Report {
	if r.Observer.Incarnation < s.Observer.Incarnation ||
		r.Observer.Incarnation == s.Observer.Incarnation && r.Version < s.Version {
		return s
	}
	return r
}

// Unreachable returns for each member that cannot be reached who says so, by address.
//
// A report counts while its observer is a member that was not given up. It does not count
// if its observer is itself accused by a third member that it does hear: it may
// have ended, and could never take its accusations back. Members that accuse each other
// do not discredit each other, since then the link between them is to blame.
func (s State) Unreachable() map[transport.Address][]transport.Address {
	var blame map[transport.Address][]transport.Address
	accusers := s.accusers()
	for _, r := range s.Reports {
		if len(r.Unreachable) == 0 || !s.testifies(r.Observer) || discredited(r, accusers[r.Observer]) {
			continue
		}
		for _, subject := range r.Unreachable {
			if s.suspect(subject) {
				if blame == nil {
					blame = map[transport.Address][]transport.Address{}
				}
				blame[subject.Address] = append(blame[subject.Address], r.Observer.Address)
			}
		}
	}
	return blame
}

// accusers returns who says that it does not hear an observer, for each observer that has such.
func (s State) accusers() map[Node][]Node {
	var all map[Node][]Node
	for _, r := range s.Reports {
		if len(r.Unreachable) == 0 || !s.testifies(r.Observer) {
			continue
		}
		for _, accused := range r.Unreachable {
			if all == nil {
				all = map[Node][]Node{}
			}
			all[accused] = append(all[accused], r.Observer)
		}
	}
	return all
}

// suspect reports whether it matters that n cannot be reached.
func (s State) suspect(n Node) bool { return s.Is(n) && !s.Gone(n) }

func (s State) testifies(observer Node) bool {
	r, ok := s.Find(observer.Address)
	return ok && r.Node == observer && r.Status < Down
}

// discredited reports whether one who accuses the observer of a report is not accused in it.
func discredited(r Report, accusers []Node) bool {
	return slices.ContainsFunc(accusers, func(third Node) bool { return !r.Accuses(third) })
}

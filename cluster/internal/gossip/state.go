package gossip

import (
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// State is everything the members agree on. It is a value: nothing it holds may be
// changed, only a new State be made.
type State struct {
	Records []Record // by address, one each
	Reports []Report // by the observer's address, one each
}

// Find returns the record of an address.
func (s State) Find(a transport.Address) (Record, bool) {
	i, found := slices.BinarySearchFunc(s.Records, a, Record.CompareAddress)
	if !found {
		return Record{}, false
	}
	return s.Records[i], true
}

// Is reports whether n is a member, of whatever status.
func (s State) Is(n Node) bool {
	r, ok := s.Find(n.Address)
	return ok && r.Node == n && r.Status < Removed
}

// Gone reports whether n is down or removed, or has been followed by a younger node.
func (s State) Gone(n Node) bool {
	r, ok := s.Find(n.Address)
	return ok && (r.Incarnation > n.Incarnation || r.Incarnation == n.Incarnation && r.Status >= Down)
}

// ended is Gone without those that are only down. What ended once has ended in every
// later State.
func (s State) ended(n Node) bool {
	r, ok := s.Find(n.Address)
	return ok && (r.Incarnation > n.Incarnation || r.Incarnation == n.Incarnation && r.Status == Removed)
}

// Members returns the records of those that are not removed, by address.
func (s State) Members() []Record {
	removed := func(r Record) bool { return r.Status == Removed }
	if !slices.ContainsFunc(s.Records, removed) {
		return s.Records
	}
	return slices.DeleteFunc(slices.Clone(s.Records), removed)
}

// With returns the State with these records merged in, which it may reorder.
func (s State) With(records ...Record) State {
	for i := range records {
		records[i] = records[i].normal()
	}
	slices.SortFunc(records, func(r, q Record) int { return r.CompareAddress(q.Address) })
	return Merge(s, State{Records: records})
}

// WithReport returns the State with this report merged in.
func (s State) WithReport(r Report) State { return Merge(s, State{Reports: []Report{r}}) }

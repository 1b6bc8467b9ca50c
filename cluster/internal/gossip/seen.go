package gossip

import "math/bits"

// Seen is a set of members that are known to have a State, one bit for each in the
// order of State.Members. It means nothing without the State it belongs to.
type Seen []byte

// NewSeen returns the empty set for a State with that many members.
func NewSeen(members int) Seen { return make(Seen, (members+7)/8) }

// Add puts the i-th member in.
func (s Seen) Add(i int) { s[i/8] |= 1 << (i % 8) }

// Has reports whether the i-th member is in.
func (s Seen) Has(i int) bool { return s[i/8]&(1<<(i%8)) != 0 }

// Len returns how many members are in.
func (s Seen) Len() (n int) {
	for _, b := range s {
		n += bits.OnesCount8(b)
	}
	return n
}

// Union puts everyone in who is in other, and reports whether that was anyone new. It
// ignores a set of another size, which belongs to another State.
func (s Seen) Union(other Seen) (grew bool) {
	if len(s) != len(other) {
		return false
	}
	for i, b := range other {
		grew = grew || s[i]|b != s[i]
		s[i] |= b
	}
	return grew
}

package ddata

// Consistency is how many nodes have a part in an Update or a Get before it returns. Those
// that count are the members that are Up or Leaving, and have the role of WithRole if there
// is one, in the view of the node that asks.
type Consistency uint8

// The consistencies.
const (
	// Local is this node alone. It never waits for others.
	Local Consistency = iota
	// Majority is more than half of those that count.
	Majority
	// All is every one that counts, so that a single unreachable node makes it fail.
	All
)

var consistencies = [...]string{Local: "local", Majority: "majority", All: "all"}

// String returns the consistency in lower case.
func (c Consistency) String() string {
	if int(c) < len(consistencies) {
		return consistencies[c]
	}
	return "unknown"
}

// need returns how many of voters have to answer. While there are no voters, because the
// node is not a member yet, one is more than there are.
func (c Consistency) need(voters int) int {
	if c == Majority {
		return voters/2 + 1
	}
	return max(voters, 1)
}

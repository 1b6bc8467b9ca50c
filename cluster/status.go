package cluster

import (
	"fmt"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
)

// Status is how far a node has come in its life as a member. It only ever moves up.
// That a member is unreachable is not a status: see Member.
type Status uint8

// The statuses, in their order.
const (
	// Joining: it is known to the members, and waits for the leader to make it Up.
	Joining = Status(gossip.Joining)
	// WeaklyUp: it may be used, but members that cannot be reached keep the leader from
	// making it Up.
	WeaklyUp = Status(gossip.WeaklyUp)
	// Up: a full member.
	Up = Status(gossip.Up)
	// Leaving: it has asked to go.
	Leaving = Status(gossip.Leaving)
	// Exiting: every member knows that it goes.
	Exiting = Status(gossip.Exiting)
	// Down: it was given up, for good.
	Down = Status(gossip.Down)
	// Removed: it is no member any more. Views do not show it.
	Removed = Status(gossip.Removed)
)

var statuses = [...]string{
	Joining: "joining", WeaklyUp: "weakly up", Up: "up", Leaving: "leaving", Exiting: "exiting", Down: "down", Removed: "removed",
}

// String returns the status in lower case: "up", "weakly up".
func (s Status) String() string {
	if s >= Joining && int(s) < len(statuses) {
		return statuses[s]
	}
	return fmt.Sprintf("status %d", uint8(s))
}

package cluster

import "time"

// Detector decides when a member's silence makes it unreachable. Every member of a
// cluster must have one with the same interval.
type Detector interface {
	// Interval returns the time between two heartbeats, on average. Two of them may be
	// 1.3 intervals apart.
	Interval() time.Duration
	// Monitor returns what judges one member. It is used by one goroutine at a time.
	Monitor() Monitor
}

// Monitor judges the silence of one member.
type Monitor interface {
	// Heartbeat is told when each heartbeat arrived.
	Heartbeat(at time.Time)
	// Patience returns how long the member may be silent from now on. Any message of the
	// member breaks a silence, heartbeat or not.
	Patience() time.Duration
}

// Deadline returns a Detector that sends a heartbeat every interval and takes a member
// that is silent for as long as unreachableAfter to be unreachable. It is simple and
// predictable, which suits a test. unreachableAfter must be at least twice the
// interval. The default is Deadline(150*time.Millisecond, 500*time.Millisecond).
func Deadline(interval, unreachableAfter time.Duration) Detector {
	return deadline{interval, unreachableAfter}
}

// deadline is its own Monitor, since it remembers nothing.
type deadline struct{ interval, patience time.Duration }

var (
	_ Detector = deadline{}
	_ Monitor  = deadline{}
)

func (d deadline) Interval() time.Duration { return d.interval }
func (d deadline) Monitor() Monitor        { return d }
func (d deadline) Heartbeat(time.Time)     {}
func (d deadline) Patience() time.Duration { return d.patience }

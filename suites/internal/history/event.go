package history

import (
	"fmt"
	"time"
)

// Kind is what an event says has happened.
type Kind string

// The kinds, with the fields of Event that they need besides At and Node.
const (
	Started  Kind = "started"  // Life, ID
	Stopped  Kind = "stopped"  // Life, ID
	Handled  Kind = "handled"  // Life, ID of the entity, Number
	Asked    Kind = "asked"    // Number, ID that is meant; Node asks
	Answered Kind = "answered" // Number, Life and ID of who answers; Node asked
	GivenUp  Kind = "given up" // By: Node was downed, as that node sees it
	Ended    Kind = "ended"    // Node has learned that it is no member any more
	Crashed  Kind = "crashed"  // Node is cut off and killed from now on
	Paused   Kind = "paused"   // Node stands still until it is resumed
	Resumed  Kind = "resumed"  // Node goes on
	Heard    Kind = "heard"    // Number: the actor of Node that By writes to got this letter
)

// Event is a line of a history.
type Event struct {
	At     int64 // nanoseconds of the wall clock
	Kind   Kind
	Node   string
	Life   string
	ID     string
	Number int
	By     string
}

// text returns the line, with the time since begin.
func (e Event) text(begin int64) string {
	line := fmt.Sprintf("%11.6fs  %-4s %-8s", time.Duration(e.At-begin).Seconds(), e.Node, e.Kind)
	switch e.Kind {
	case Started, Stopped:
		return line + fmt.Sprintf("  %s, life %s", e.ID, e.Life)
	case Handled:
		return line + fmt.Sprintf("  message %d in %s, life %s", e.Number, e.ID, e.Life)
	case Asked:
		return line + fmt.Sprintf("  %s, message %d", e.ID, e.Number)
	case Answered:
		return line + fmt.Sprintf("  message %d by %s, life %s", e.Number, e.ID, e.Life)
	case GivenUp:
		return line + "  by " + e.By
	case Heard:
		return line + fmt.Sprintf("  letter %d of %s", e.Number, e.By)
	}
	return line
}

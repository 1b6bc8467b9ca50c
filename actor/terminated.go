package actor

// Terminated tells a Watcher that an actor it watches has ended. Whatever that actor
// had told the watcher before comes before it.
type Terminated struct {
	Ref    AnyRef // as given to Watch
	Reason Reason
}

// Reason is how the end of a watched actor came to be known.
type Reason uint8

// The reasons for Terminated.
const (
	Stopped  Reason = iota // it ended while it was watched
	NotFound               // there was no such actor any more, or never
	NodeDown               // its node was declared down
)

var reasons = [...]string{Stopped: "stopped", NotFound: "not found", NodeDown: "node down"}

// String returns the reason in words.
func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r]
	}
	return "unknown"
}

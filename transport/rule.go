package transport

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// Fate is what becomes of a frame.
type Fate uint8

// The fates of a frame.
const (
	Deliver Fate = iota // to the receiver's queue
	Drop                // counted on its link, with the reason
	Hold                // kept on its link until it is released or dropped
)

// String returns "deliver", "drop" or "hold".
func (f Fate) String() string { return [...]string{"deliver", "drop", "hold"}[f] }

// Verdict is a Rule's decision on one frame. What it says besides its Fate is for a
// frame that is delivered or held.
type Verdict struct {
	Fate   Fate
	Reason string // why a frame was dropped or held: "cut", "loss"...

	// Delay is how long a frame that is delivered waits first, if it is over 0. Later
	// frames of the link wait behind it.
	Delay time.Duration
	// Wait is how long a frame that is delivered waits, before its Delay begins, until it has
	// gone out on a link that is busy. It ends at once when the rule that says so is taken
	// away. A rule sees no other's Wait: of several on a link the longest counts.
	Wait time.Duration
	// Overtake lets a delayed frame out of the order of its link: it waits for its own
	// delay only, and later frames may arrive before it.
	Overtake bool
	// Copies is how many more times the frame arrives, right behind it. Each copy counts
	// as a frame.
	Copies int
	// Pieces is how many pieces the frame travels in, all of which must arrive; 0 is one. A
	// rule that drops frames at random asks for each. By itself that is no effect on the frame:
	// it counts as one of the rule that says so if such a rule then drops it.
	Pieces int
	// Payload takes the place of the frame's own if it is not nil. It has at most
	// MaxPayload bytes; the Switch copies it.
	Payload []byte
}

// equals reports whether v does the same to a frame as w, in however many pieces. It compares
// where payloads are, not what they say: whoever gives a frame another one makes it anew.
func (v *Verdict) equals(w *Verdict) bool {
	return v.Fate == w.Fate && v.Reason == w.Reason && v.Delay == w.Delay && v.Wait == w.Wait && v.Overtake == w.Overtake &&
		v.Copies == w.Copies && (v.Payload == nil) == (w.Payload == nil) && len(v.Payload) == len(w.Payload) &&
		unsafe.SliceData(v.Payload) == unsafe.SliceData(w.Payload)
}

// Rule judges the frames of a link. It is given the frame and the verdict of the
// rules before it (Deliver for the first), and returns its own; one that has no
// objection returns sofar, and one that gives the frame another payload makes it anew
// each time. Judge is called under the lock of the receiver's queue,
// in the order of the frames: it must be quick and must not call the Switch.
type Rule interface {
	Judge(f Frame, sofar Verdict) Verdict
}

// RuleFunc is a function used as a Rule.
type RuleFunc func(f Frame, sofar Verdict) Verdict

// Judge calls the function.
func (r RuleFunc) Judge(f Frame, sofar Verdict) Verdict { return r(f, sofar) }

// Opener is a Rule that says what a frame is like when it enters the link, so that all others
// must know: SetRule puts it at the beginning of the chain.
type Opener interface {
	Rule
	Opens()
}

// Queuer is a Rule that counts what waits for it, with Wait. Emptied tells it that nothing
// waits on the link any more, neither what is in its queue nor what is going out: an endpoint
// was closed, or the link was cut, and of what it counted since nothing was kept. Emptied is
// called like Judge.
type Queuer interface {
	Rule
	Emptied()
}

// The reasons with which the Switch itself drops frames.
const (
	ReasonCut    = "cut"     // the link is cut
	ReasonDown   = "down"    // no endpoint is open at the receiver's address
	ReasonNoRoom = "no room" // the receiver's queue, or what the link holds and delays, is full
	ReasonCrash  = "closed"  // the sender's endpoint was closed before it was delivered
	// ReasonDropped is that of frames that were held and then dropped with DropOne.
	ReasonDropped = "dropped"
	// ReasonTooLong means that a rule gave the frame a payload over MaxPayload.
	ReasonTooLong = "too long"
)

var cut Rule = RuleFunc(func(Frame, Verdict) Verdict { return Verdict{Fate: Drop, Reason: ReasonCut} })

// namedRule is a Rule in a chain, under the name it is taken out by. Cuts have names of
// their own, which are not those of the rules.
type namedRule struct {
	name string
	cut  bool
	Rule
	bites *atomic.Uint64 // frames it had an effect on, on all links
}

package transport

// Fate is what becomes of a frame.
type Fate uint8

// The fates of a frame.
const (
	Deliver Fate = iota // to the receiver's queue
	Drop                // counted on its link, with the reason
	Hold                // kept on its link until Release
)

// String returns "deliver", "drop" or "hold".
func (f Fate) String() string { return [...]string{"deliver", "drop", "hold"}[f] }

// Verdict is a Rule's decision on one frame.
type Verdict struct {
	Fate   Fate
	Reason string // why a frame was dropped or held: "cut", "loss"...
}

// Rule judges the frames of a link. It is given the frame and the verdict of the
// rules before it (Deliver for the first), and returns its own; one that has no
// objection returns sofar. Judge is called under the lock of the receiver's queue,
// in the order of the frames: it must be quick and must not call the Switch.
type Rule interface {
	Judge(f Frame, sofar Verdict) Verdict
}

// RuleFunc is a function used as a Rule.
type RuleFunc func(f Frame, sofar Verdict) Verdict

// Judge calls the function.
func (r RuleFunc) Judge(f Frame, sofar Verdict) Verdict { return r(f, sofar) }

// The reasons with which the Switch itself drops frames.
const (
	ReasonCut    = "cut"     // the link is cut
	ReasonDown   = "down"    // no endpoint is open at the receiver's address
	ReasonNoRoom = "no room" // the receiver's queue, or what the link holds, is full
	ReasonCrash  = "closed"  // the sender's endpoint was closed before it was delivered
)

var cut Rule = RuleFunc(func(Frame, Verdict) Verdict { return Verdict{Drop, ReasonCut} })

// namedRule is a Rule in a chain, under the name it is taken out by.
type namedRule struct {
	name string
	Rule
}

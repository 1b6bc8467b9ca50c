package mnginkgo

import (
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
)

// Frame is a frame on its way from one role to another, or what Env.Network makes of a
// piece of a connection.
type Frame struct {
	From, To string // roles
	Payload  []byte

	held stage.HeldFrame
}

// frameOf tells a frame in terms of roles.
func (p *plan) frameOf(f transport.Frame) Frame {
	return Frame{From: p.roleAt(f.From), To: p.roleAt(f.To), Payload: f.Payload}
}

// FramePredicate says which frames a DropIf or DropNth is about.
type FramePredicate struct {
	declared bool
	ordinal  int
}

// predicates are those that were declared in this process.
var predicates tree.Numbered[func(Frame) bool]

// FrameMatching declares a predicate of frames. Declare it in a package variable or in the
// body of a container: it runs where the frames pass, which need not be the process of the
// spec. It must not keep or change the payload, must be quick, and may be asked by several
// goroutines at once. Where it panics, the frame does not match, and the timeline of the
// spec's report says so.
//
//	var voteRequest = FrameMatching(func(f Frame) bool { return bytes.HasPrefix(f.Payload, vote) })
//	...
//	cluster.Link("a", "b").DropNth(2, voteRequest)
func FrameMatching(matches func(f Frame) bool) FramePredicate {
	if tree.SpecsRun() {
		panic("mnginkgo: FrameMatching: declare it in a package variable or in the body of a container: " +
			"one that is made while specs run is not known to the other processes")
	}
	specs.Register("FrameMatching", "")
	return FramePredicate{declared: true, ordinal: predicates.Add(matches)}
}

// predicate returns what a predicate says of the frames of a plan's roles.
func predicate(p stage.Predicate) func(transport.Frame) bool {
	plan, matches := specs.Plan(p.Plan), predicates.At(p.Ordinal)
	return func(f transport.Frame) bool { return matches(plan.frameOf(f)) }
}

package mnginkgo

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"

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

// Held is the frames of links that are held.
type Held struct{ *Fault }

func (h *Held) owner() *Cluster {
	if h == nil {
		return nil
	}
	return h.Fault.owner()
}

// Undo does what Undo of Fault does, and so delivers the frames that are left.
func (h *Held) Undo() {
	ginkgo.GinkgoHelper()
	h.owner().use("Undo")
	h.Fault.Undo()
}

// MustBite does what MustBite of Fault does.
func (h *Held) MustBite() *Fault {
	ginkgo.GinkgoHelper()
	h.owner().use("MustBite")
	return h.Fault.MustBite()
}

// Bites does what Bites of Fault does.
func (h *Held) Bites() uint64 {
	ginkgo.GinkgoHelper()
	h.owner().use("Bites")
	return h.Fault.Bites()
}

// Frames returns the frames that are held now, in the order of sending for each link.
func (h *Held) Frames() []Frame {
	ginkgo.GinkgoHelper()
	h.owner().use("Frames")
	c := h.links.cluster
	held, err := stage.Held.Ask(c.context(), c.stage, h.links.links())
	c.must(stage.Wrap(err, "frames of %s", h.verb))
	frames := make([]Frame, len(held))
	for i, f := range held {
		frames[i] = c.plan.frameOf(transport.Frame{Link: f.Link, Payload: f.Payload})
		frames[i].held = f
	}
	return frames
}

// Release delivers frames that Frames has returned, in the order given. It fails the spec
// if one of them is not held any more: it was released, dropped, or taken away by a cut.
func (h *Held) Release(frames ...Frame) {
	ginkgo.GinkgoHelper()
	h.owner().use("Release")
	h.settle("release", frames, true)
}

// ReleaseAll delivers all frames that are held. Those that come later are held on.
func (h *Held) ReleaseAll() {
	ginkgo.GinkgoHelper()
	h.owner().use("ReleaseAll")
	h.settle("release", h.Frames(), true)
}

// Drop drops frames that Frames has returned, and fails the spec as Release does.
func (h *Held) Drop(frames ...Frame) {
	ginkgo.GinkgoHelper()
	h.owner().use("Drop")
	h.settle("drop", frames, false)
}

func (h *Held) settle(verb string, frames []Frame, release bool) {
	ginkgo.GinkgoHelper()
	c := h.links.cluster
	ctx := c.context()
	c.note(ctx, fmt.Sprintf("%s %d frames of %s", verb, len(frames), h.verb))
	all := make([]stage.HeldFrame, len(frames))
	for i, f := range frames {
		all[i] = f.held
		all[i].Payload = nil // only its number counts
	}
	n, err := stage.SettleHeld.Ask(ctx, c.stage, stage.Settling{Frames: all, Release: release})
	if err == nil && n < len(frames) {
		err = fmt.Errorf("%d of %d frames are not held any more", len(frames)-n, len(frames))
	}
	c.must(stage.Wrap(err, "%s of %s", verb, h.verb))
}

package mnginkgo

import (
	"fmt"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// Held is the frames of links that are held.
type Held struct{ *Fault }

func (h *Held) owner() *Cluster { return h.itself().owner() }

// itself returns the fault that holds, or nil.
func (h *Held) itself() *Fault {
	if h == nil {
		return nil
	}
	return h.Fault
}

// Undo implements Undo of Fault, and so delivers the frames that are left.
func (h *Held) Undo() { h.itself().Undo() }

// MustBite implements MustBite of Fault.
func (h *Held) MustBite() *Fault { return h.itself().MustBite() }

// Bites implements Bites of Fault.
func (h *Held) Bites() uint64 { return h.itself().Bites() }

// Frames returns the frames that are held now, in the order of sending for each link.
func (h *Held) Frames() []Frame {
	h.owner().use("Frames")
	c := h.links.cluster
	held, err := stage.Held.Ask(c.context(), c.stage, h.links.links())
	c.must(stage.Wrap(err, "frames of %s", h.does.Verb))
	frames := make([]Frame, len(held))
	for i, f := range held {
		frames[i] = frameOf(c.roles, transport.Frame{Link: f.Link, Payload: f.Payload})
		frames[i].held = f
	}
	return frames
}

// Release delivers frames that Frames has returned, in the order given. It fails the spec
// if one of them is not held any more: it was released, dropped, or taken away by a cut.
func (h *Held) Release(frames ...Frame) {
	h.owner().use("Release")
	h.settle("release", frames, true)
}

// ReleaseAll delivers all frames that are held. Those that come later are held on.
func (h *Held) ReleaseAll() {
	h.owner().use("ReleaseAll")
	h.settle("release", h.Frames(), true)
}

// Drop drops frames that Frames has returned, and fails the spec as Release does.
func (h *Held) Drop(frames ...Frame) {
	h.owner().use("Drop")
	h.settle("drop", frames, false)
}

func (h *Held) settle(verb string, frames []Frame, release bool) {
	c := h.links.cluster
	ctx := c.context()
	ended := c.note(ctx, fmt.Sprintf("%s %d frames of %s", verb, len(frames), h.does.Verb))
	all := make([]stage.HeldFrame, len(frames))
	for i, f := range frames {
		all[i] = f.held
		all[i].Payload = nil // only its number counts
	}
	n, err := stage.SettleHeld.Ask(ctx, c.stage, stage.Settling{Frames: all, Release: release})
	if err == nil && n < len(frames) {
		err = fmt.Errorf("%d of %d frames are not held any more", len(frames)-n, len(frames))
	}
	c.must(ended(stage.Wrap(err, "%s of %s", verb, h.does.Verb)))
}

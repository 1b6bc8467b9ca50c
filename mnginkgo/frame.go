package mnginkgo

import (
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
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
func frameOf(roles names.Roles, f transport.Frame) Frame {
	return Frame{From: roles.At(f.From), To: roles.At(f.To), Payload: f.Payload}
}

// FramePredicate says which frames a DropIf or DropNth is about.
type FramePredicate struct {
	declared bool
	ordinal  int
}

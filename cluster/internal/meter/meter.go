// Package meter tells how far actors have come with what they were sent, so that who
// sends knows how many of its messages are outstanding, and the actors need not care.
//
// A probe follows messages on their way: it comes to the node of the actor after them
// (TellLast), and puts a mark behind them into the actor's
// mailbox. When the actor comes to it, the mark reports back. Probes and reports may be
// lost with a cut: ask again.
package meter

import (
	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// name is where the nodes find each other's meters.
const name = "meter"

// Report says that an actor has handled what it had been sent when Number was.
type Report struct {
	Ref    string // as in the probe
	Number uint64
}

// probe is a question about an actor of the node that it is sent to.
type probe struct {
	Ref     string // as Ref.AppendWire has it
	Number  uint64
	ReplyTo actor.Ref[Report]
}

// Start runs the meter of a node, once.
func Start(sys *actor.System) error {
	_, err := actor.SpawnFunc(sys, name, func(ctx *actor.Context[probe], p probe) error {
		var ref actor.Ref[struct{}] // of whatever type: nothing is sent to it
		if err := ref.DecodeWire([]byte(p.Ref), ctx.System()); err != nil {
			return err
		}
		report := Report{p.Ref, p.Number}
		// Who has ended reports nothing: its messages are outstanding for ever.
		_ = ctx.System().Behind(ref, func() { p.ReplyTo.Tell(report) })
		return nil
	}, actor.OnFailure(actor.Resume{}))
	return err
}

// Ask has replyTo told once the actor of that node has handled what the goroutine that
// asks has sent it before.
func Ask(sys *actor.System, node transport.Address, ref string, number uint64, replyTo actor.Ref[Report]) {
	actor.RefAt[probe](sys, node, "/"+name).TellLast(probe{ref, number, replyTo})
}

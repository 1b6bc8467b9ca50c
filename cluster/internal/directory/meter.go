package directory

import (
	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// meter is where the nodes find each other's meters.
const meter = "meter"

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

// startMeter runs the meter of a node, once.
func startMeter(sys *actor.System) error {
	_, err := actor.SpawnFunc(sys, meter, func(ctx *actor.Context[probe], p probe) error {
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

// Probe has replyTo told once the actor of that node has handled what the goroutine that
// asks has sent it before.
func Probe(sys *actor.System, node transport.Address, ref string, number uint64, replyTo actor.Ref[Report]) {
	actor.RefAt[probe](sys, node, "/"+meter).TellLast(probe{ref, number, replyTo})
}

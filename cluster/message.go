package cluster

import (
	"fmt"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// message is what the nodes send each other, and what a node's actor sends itself.
type message struct {
	Kind kind
	From gossip.Node
	// To is the incarnation the message is meant for, or 0 if the sender does not know
	// who lives at the address.
	To uint64

	Digest uint64      // of the sender's state; in state and digest
	Seen   gossip.Seen // who has that state; in state and digest
	State  []byte      // encoded; in state
	Roles  []string    // in join

	Size   uint32            // how many members the sender knows, or in gone, can reach
	Leader transport.Address // whom the sender takes to be the leader; in hello
}

type kind uint8

const (
	// join asks to be admitted, once a node does not know of being a member.
	join kind = iota + 1
	// pending answers join: the receiver has no cluster either.
	pending
	// state carries all the sender knows.
	state
	// digest says which state the sender has, so that whoever has another one sends it.
	digest
	// heartbeat says that the sender lives.
	heartbeat
	// ping asks for a pong, which says so out of turn.
	ping
	pong
	// hello tells a seed that is no member of the sender's cluster.
	hello
	// gone tells a node that it is down, removed or replaced.
	gone

	// These an actor only sends itself, or is sent by its Membership.
	tick
	flush
	leave
)

var kinds = [...]string{
	join: "join", pending: "pending", state: "state", digest: "digest", heartbeat: "heartbeat",
	ping: "ping", pong: "pong", hello: "hello", gone: "gone", tick: "tick", flush: "flush", leave: "leave",
}

func init() {
	actor.DescribeMessages[message](func(encoding []byte) string { // whose first field is the kind
		if len(encoding) == 0 {
			return "message"
		}
		return kind(encoding[0]).String()
	})
}

// String returns the kind's name.
func (k kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// envelope is a message on its way out.
type envelope struct {
	to transport.Address
	message
}

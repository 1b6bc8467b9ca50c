package singleton

import (
	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
)

// life is one life of a node.
type life = gossip.Node

func lifeOf(m cluster.Member) life { return life{Address: m.Address, Incarnation: m.Incarnation} }

// kind says what a message is.
type kind uint8

const (
	// From the keeper's own node.
	deliver kind = iota // Payload is for the instance
	changed             // there is a new view, or a wait is over
	ended               // the node is no member any more
	retire              // never host again; tell Reply once that is so
	tick                // ask again what has no answer

	// From one keeper to another.
	where   // tell me where your instance is, as soon as you have one
	here    // Instance is mine, the Generation-th of this life
	hold    // send no more to that instance, and say so
	held    // done: what I have sent before is with you
	yield   // you are not to host any more: stop, and say so
	stopped // Of has no instance; ForGood: and never will
)

// message is what keepers handle. Only what they send each other is encoded.
type message[M any] struct {
	Kind       kind
	From, To   life
	Of         life
	Instance   actor.Ref[M]
	Generation uint64
	ForGood    bool

	Payload M               `wire:"-"`
	Reply   actor.Ref[bool] `wire:"-"`
}

package registry

import "github.com/7aca83c2/multinode/actor"

// message is what keepers tell each other and themselves.
type message struct {
	Kind kind
	From Node

	Update  update  // of news
	Digest  []known // of meet and answer
	Version uint64  // of ack: what the sender has of the receiver's items

	done chan struct{} `wire:"-"` // of leave: closed once nobody lacks anything
}

type kind uint8

const (
	// Between nodes.
	meet   kind = iota + 1 // a digest, to be answered
	answer                 // a digest
	news                   // an update
	ack                    // it was applied, or known
	gap                    // it could not be: send all
	// From the node itself.
	changed // its items have
	viewed  // the View has changed
	tick
	leave // close done once nobody lacks anything
)

// known is the part of a digest about one owner.
type known struct {
	Owner   Node
	Version uint64
}

// update leads from one version of an owner's items to another.
type update struct {
	Owner    Node
	From, To uint64 // From 0: Added is all there is
	Added    []Item
	Removed  []Item
}

// change is an item of the node's own that came or went, for the keeper to spread.
type change struct {
	item  Item
	ref   actor.AnyRef
	added bool
}

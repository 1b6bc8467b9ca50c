package ddata

import (
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
)

// message is what the replicators send each other, and what an agent sends itself.
type message struct {
	Kind messageKind
	From crdt.Replica
	To   uint64 // the incarnation it is meant for

	Ticket  uint64                       // tells requests, and walks, of one node apart
	Ready   bool                         // the sender has caught up
	Reason  string                       // why the sender cannot do what it was asked
	Items   []item                       // values or deltas
	Digest  uint64                       // of all the sender has
	Digests map[string]uint64            // of each key of the sender
	Want    []string                     // keys of which the sender wants the value
	Span    span                         // the keys that the message is about
	Gone    map[transport.Address]uint64 // lives that ended, up to these

	local any `wire:"-"`
}

// item is an encoded value or delta of a key.
type item struct {
	Key  string
	Data []byte
}

type messageKind uint8

const (
	// change carries deltas. With a ticket, ack answers it, or nack if it was not merged.
	change messageKind = iota + 1
	ack
	nack
	// read asks for the value of the one key wanted; answer has it, if there is one, or the
	// reason why the sender could not merge what it heard of the key.
	read
	answer
	// digest says what the sender has. The receiver answers same if it has that too, and
	// otherwise summary, with the digests of its first keys. The first node then sends its
	// values of the keys that differ, as states, and the second one what it knows beyond
	// them, as rest. For the keys after these the first node sends next, and gets a summary.
	digest
	same
	summary
	states
	rest
	next
	// collect asks for the values with entries of lives that are gone; collected has them.
	collect
	collected

	// These an agent only sends itself, or is sent on its own node.
	asked
	givenUp
	viewed
	removed
	flush
	tick
	retry
)

// fromAfar reports whether the message comes from another node.
func (k messageKind) fromAfar() bool { return k < asked }

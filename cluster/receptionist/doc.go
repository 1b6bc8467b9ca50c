// Package receptionist finds actors by key across a cluster.
//
//	var workers = receptionist.NewKey[Job]("workers")
//
//	cancel, err := receptionist.Register(membership, workers, ref) // on each node that has one
//	refs := receptionist.Find(membership, workers)                // on any node
//	cancel, err = receptionist.Subscribe(membership, workers, ref) // told of each change
//
// Package router sends messages to one of those who are registered.
//
// # Words
//
// A key is a name and the type of messages that the actors under it take. A listing is who
// is registered under a key, as far as a node knows.
//
// # What is promised
//
//   - On its own node an actor is found once Register returns; on others after a message.
//   - An actor that ends is found no more, nor is one whose node is Down or was removed. A
//     node that is restarted comes without those of its former life.
//   - In a cut, actors behind it stay in the listing, marked as unreachable; Find leaves
//     them out. Afterwards all nodes have the same again.
//   - Before a node leaves, its actors are unregistered everywhere.
//   - A subscriber is told of the listing as it is, and of every later one that differs;
//     of listings that follow each other quickly it may miss all but the last.
//   - One name has one type: registering another one is an error that names both. Where two
//     nodes do it at the same moment, each type finds its own.
//
// # How it works
//
// Each node takes part from its first call on, or from Start. What it registers is spread
// by deltas to all members, with digests to mend what got lost: see
// cluster/internal/registry, which names its source. The words are those of Akka's
// documentation ("Receptionist"). It departs from there in that a node's registrations
// are its own to change, and vanish with it, in place of a replicated data type.
package receptionist

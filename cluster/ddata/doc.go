// Package ddata keeps data that all nodes of a cluster share, can change without asking
// each other, and agree on once they can hear each other.
//
//	var hits = ddata.NewKey[crdt.PNCounter]("hits")
//
//	r, err := ddata.Start(membership)
//	err = ddata.Update(ctx, r, hits, ddata.Majority, func(c crdt.PNCounter) crdt.PNCounter {
//		return c.Add(r.Self(), 1)
//	})
//	c, err := ddata.Get(ctx, r, hits, ddata.Majority)
//
// # Words
//
// A replicator is a node's part in this; its peers are those of the other members that
// are not Exiting or Down. Voters are the members, this node included, that are Up or
// Leaving, by the view of the node that counts them. A life of a node is its address with
// its incarnation. For values, deltas and replicas see package crdt.
//
// # What is promised
//
//   - An update never waits to take effect on its own node, whoever can be reached.
//   - What one node has, all that can reach each other, if by way of others, come to have.
//     Nothing is lost, whatever order things come in; what two nodes did without knowledge
//     of each other is merged by the rules of the type.
//   - A Get with Majority sees every Update that returned with Majority before, on any
//     node, and all that any earlier such Get has seen. It goes on while more than half of
//     the voters can be reached. All does the same with Local on the other end.
//   - A node that was started anew, or late, has no say in such a Get before it has all
//     that a majority of the others has, who have a say. Of three nodes, one needs both
//     others for that. So it is when all begin at once: nobody knows that there is
//     nothing before all are there.
//   - Who acknowledges an update has merged it. A node that cannot, since no key of the type
//     was made on it, it has the key with another type, or a method of the value panics,
//     says so. It does not count in an Update, nor in a Get of that key, which end with
//     ErrRefused as soon as too few others are left.
//   - An update that too few acknowledged is not taken back. It stands where it is, and
//     goes on spreading: ErrTooFew means "perhaps", not "no".
//   - What a node has contributed stays when it is removed.
//
// Voters change with the membership. Who waits counts those of the moment: a member that
// is removed is not waited for any more, and one that becomes Up has to answer too. The
// second promise above holds while voters come and go one at a time, with time in between to
// mend; if all that had an update are removed together, it is lost. With a downing policy
// that lets both sides of a split live, each has a majority of its own.
//
// Not promised: anything across two keys, or that a node which was removed, but lives on
// cut off from the rest, has a say in what follows. Nothing is written to disk. Keys are
// not deleted. A value must fit into a frame; one that does not is ErrTooLarge. There may be
// any number of them.
//
// # How it works
//
// A change is sent to all peers when it happens, as a delta (Almeida, Shoker and Baquero,
// "Delta state replicated data types", 2018); what is changed with Local while the agent
// has other work goes in one message. With Majority or All, peers acknowledge, and those
// that have not are told again. A delta needs no other one before it, so none is kept.
//
// What gets lost is mended by comparing: on a tick, a node sends a digest of all it has to
// one peer that is not known to have the same. If that one has something else it lists
// its first keys with their digests; values of those that differ go one way, what they lack
// comes back, and it is the turn of the keys behind, in messages of at most 256 KiB unless a
// single value is longer. Nothing is encoded for that: each node keeps the encoded values.
// What gets lost is asked for again, ever later. A peer that is new, or can be reached
// again, is not left to the tick. Once all agree, a tick is ten times as long and costs two
// small messages.
//
// A Get asks as many voters as it needs, at random, and after a while the others too. If
// fewer than needed had what came out of it, it is first written to enough of them, as
// in Attiya, Bar-Noy and Dolev, "Sharing memory robustly in message-passing systems", 1995.
//
// Consistencies, and their meaning for an update that fails, are those that Akka's
// documentation describes ("Distributed Data"). It departs from there in this:
//
//   - A value that nobody has is the empty one, not an error.
//   - Who has not caught up does not count in a Get, and a Get writes back before it
//     returns, not after.
//   - Deltas are not numbered, and are merged in any order.
//   - Keys have the type of their value, and no deletion.
//
// # Pruning
//
// Each life of a node that changes a value leaves an entry in it, and each one that was
// removed is an entry too many. Akka has a leader move it into that of another node; two
// that do so would count it twice, so it keeps a mark for long. Here the entries of all
// lives of an address that were removed collapse into one that stays under the address,
// and follows from them alone. It does not matter who prunes, how often, or whether two
// do: they get the same. What remains is an entry for each address, as in the membership.
//
// The only danger is an entry that the one who prunes has not seen. So the leader first asks
// all peers for what they have of such a life. A peer answers once it does not see the
// life as a member any more, and since replicators only listen to members, nothing can
// come to it then but what another one has, which is asked too. When all have answered,
// the leader has everything. A peer that cannot be reached keeps the entries where they
// are. With the collapsed entry goes up to which incarnation it counts; entries of such a
// life that are still under way, or in an old value that turns up, are dropped.
//
// # Concurrency and randomness
//
// An actor, "/ddata", has the data and runs the updates, one at a time. Its timers are
// all that runs besides, so it lives in a testing/synctest bubble, and ends with its
// actor system. All random choices come from WithRand. Values in use never change, and may
// be kept.
//
// # Reading its failures
//
// ErrTooFew says who is missing, as in `ddata: node "a": update "hits" with majority: too
// few nodes answered: 1 of 2 needed: a; missing: b (unreachable), c: context deadline
// exceeded`. A node that can be reached and yet is missing may have no replicator, or not
// have caught up. With ErrRefused, behind a node is why it does not count: `missing: b (no key
// of type example.org/shop.Cart was made on this node): a node cannot merge the value`. The
// actor system's log has values that could not be merged, too.
package ddata

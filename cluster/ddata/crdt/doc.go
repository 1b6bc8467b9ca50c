// Package crdt has data types that several nodes change at the same time without asking
// each other, and whose copies become equal once all have heard of all changes.
//
//	a := crdt.GCounter{}.Increment(onA, 2)
//	b := crdt.GCounter{}.Increment(onB, 1)
//	a.Merge(b).Value() == 3
//
// # The types
//
//   - GCounter counts up, PNCounter up and down.
//   - GSet only grows. ORSet is a set; of an Add and a Remove of the same element, neither
//     of which has seen the other, the Add wins.
//   - LWWRegister has one value: the last that was set, by the clocks of the nodes.
//   - ORMap has such values by key; of an Update and a Remove that have not seen each
//     other, the Update wins. ORMap[K, PNCounter] is a map of counters, and
//     ORMap[K, LWWRegister[V]] a map of plain values.
//
// # What is promised
//
// A value never changes: what changes it returns another one. The zero value is the empty
// one. Merge is the join of a semilattice: it is commutative, associative and idempotent,
// so that values may be merged late, twice and in any order. An update only ever moves up
// in its order. Since returns the difference of two values as a value of the same type, a
// delta, which may be merged like any other, without regard to what came before.
// Equal values have equal bytes when they are encoded.
//
// # Replicas
//
// Whoever changes a value gives its Replica: address and incarnation of the node. No two
// writers may have the same, and each must go on from its own latest value. A node that
// was restarted has lost that one, and is a new Replica.
//
// So each life of a node leaves an entry behind. Prune collapses those of an address, up
// to an incarnation, into one, whose value follows from them alone: whoever prunes gets
// the same, and doing it twice changes nothing. It must wait until nobody can have an
// entry of those lives that the others do not have; what turns up later is dropped, and
// so does not come back. The cost that remains is one entry for each address.
//
// # Where it comes from
//
// The counters and the register are those of Shapiro, Preguica, Baquero and Zawirski, "A
// comprehensive study of Convergent and Commutative Replicated Data Types", 2011. The set
// is the optimised one of Bieniusa et al., "An optimized conflict-free replicated set",
// 2012: it has no tombstones, but dots, which number the writes of each replica, and
// knows which of them it has seen. Deltas, and dots seen with gaps between them, are
// those of Almeida, Shoker and Baquero, "Delta state replicated data types", 2018. It
// departs from there in this:
//
//   - Deltas are not made by the updates, but are the difference between two values.
//     That costs a look at the whole value, as copying it does.
//   - A map keeps what each replica has put under a key by itself, so that nothing is lost
//     when a key is removed and used again at the same time.
package crdt

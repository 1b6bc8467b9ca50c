// Package gossip holds what the nodes of a cluster tell each other: who is a member,
// and who cannot reach whom. It has no goroutines, clocks or I/O.
//
// A State is a value that never changes. Merge joins two states, in any order, any
// number of times, with the same result: each part of a State only ever moves up in
// an order of its own (a join-semilattice; Shapiro et al., "Conflict-free Replicated
// Data Types", 2011). So no message can be too late, too early or too often, and
// nothing that was once decided can be undone by one that is stale.
//
//   - A Record, one for each address, moves to higher incarnations; within an
//     incarnation its status moves from Joining to Removed. The record of a removed
//     node stays: it says that every incarnation up to this one is gone for good.
//     That costs a few bytes for each address that was ever used.
//   - A Report, one for each observer, moves to higher versions. Only its observer
//     writes it, about the members that it watches: see Watchers.
//
// Two nodes have the same State if the digests of its encoding are equal. Seen says
// which members are known to have the State at hand.
package gossip

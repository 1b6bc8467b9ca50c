// Package registry implements the replicated register behind pubsub and receptionist: under
// each key a set of actors, which every member of the cluster knows.
//
// # Words
//
// An owner is one incarnation of a node. It alone changes its items: an actor of its own
// under a key. Its version counts the changes. An entry is an item as another node shows
// it, with its owner. A peer is another member, which may have the service or not.
//
// # How it works
//
// A change is an update from one version to the next, which the owner sends to all peers
// at once. A peer that has the older version applies it and acknowledges the newer one;
// one that has an older one still says so, and is sent all items. An update from version 0
// stands for all items, whatever was there before. So any update may come twice, late
// or not at all.
//
// What got lost is mended by digests: the version that a node has of each owner. Who
// gets one sends what it has newer, and answers with its own (the push and pull of Demers
// et al., "Epidemic Algorithms for Replicated Database Maintenance", 1987). Nodes meet
// with a digest, and send another one to a peer that comes back after a cut or owes them
// an acknowledgement, first after the interval and then less and less often. While a
// member is unreachable, every node also sends a digest to one peer after another, so
// that news finds its way round a cut. Otherwise nothing is sent and no timer runs. It
// departs from Demers et al. in that peers take turns, rather than being drawn at random.
//
// A node believes no update of an owner that its View does not show, and drops the items
// of owners that the View shows no longer. As no View shows a removed member again,
// neither do entries of a former life come back. Items of an actor that has ended go
// with it: its owner watches it. Before a node leaves, its items do.
//
// # Concurrency
//
// Readers take what is there at the moment, as slices that never change. One actor for
// each service and node runs the protocol; it ends with its system, and has all timers.
package registry

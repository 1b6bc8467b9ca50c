// Package sharding spreads entities over the nodes of a cluster: actors that are known
// by an id, of which the cluster runs one each, somewhere, once it gets a message.
//
//	orders, err := sharding.Start(membership, "order", func(id string) actor.Actor[Order] {
//		return &order{id: id}
//	})
//	orders.Tell("o-17", Pay{})
//	total, err := sharding.Ask(ctx, orders, "o-17", func(replyTo actor.Ref[int]) Order { return Total{replyTo} })
//
// # Words
//
// A shard is the group of entities whose ids fall to it; it moves as one. A region is
// the part of sharding on one node: it hosts shards, and sends messages for others to
// their region. A proxy is a region that hosts none. The home of a shard is the region
// that hosts it. The coordinator says where each shard's home is; there is one for each
// type of entity, a singleton on the oldest member. A hand-off moves a shard from one
// region to another; a rebalance is a number of hand-offs for the sake of even load.
// Passivation stops an entity until its next message.
//
// # What is promised
//
//   - Among the members that can reach each other there is at most one entity of an id.
//     A shard gets a new home only after the old one has said that its entities have
//     stopped, or after its node was removed from the cluster. A node that learns that
//     it was removed stops its entities.
//   - Messages from one region to an entity are handled in the order they were sent, at
//     most once. A hand-off loses none, and keeps the order.
//   - What waits for a shard's home is kept, up to WithBuffer; what does not fit is
//     counted and published as Dropped.
//   - Messages that were under way to a node that crashes are lost, as all messages are.
//     Those of Ask are sent again to the shard's next home if no answer has come. The
//     entity may then have handled one before it died, but an asker gets one answer.
//   - What a node has handled that has not failed is never handled again, whatever becomes
//     of the shard's later homes, of the coordinator, or of an answer that got lost. Only a
//     node that was removed and has not learned of it, because it stands still or is cut
//     off, may yet handle its copy of an ask that was sent again; nobody takes its answer. Who
//     waits for a lost answer waits until the context ends: only the failure of the node
//     that an ask went to, as the membership has it, has it sent again. A node that
//     leaves, or gives a shard up, has not failed.
//   - Membership.Leave first hands over the shards of the node, and loses nothing.
//   - The coordinator may die: homes stay known, and messages flow. Its successor learns
//     from the regions what they host and have handed off, and allocates no shard before
//     every member has told, or is known to have no region.
//
// Not promised: that an entity remembers anything. Its state is gone when it stops;
// WithRemember only remembers that it existed. Nor that both sides of a split stop at
// once: until a side is downed, entities that it hosts live on, and the other side
// may start them again as soon as it has removed that side's nodes.
//
// When two clusters become one, both may host a shard. The later home keeps it, of two from
// the same moment the one with the higher address, and the other is told to give it up;
// until then there are two. Every region comes to know the one that stays.
//
// All nodes count shards alike. One that does not is refused: it hosts nothing, and what it
// is asked or told fails with ErrShards, until the last node with the other number has
// gone. Remembered ids follow a number, or a function, that changed while nobody ran.
//
// # How it works
//
// The parts and their names are those of Akka's documentation ("Cluster Sharding"). It
// departs from there in this:
//
//   - The coordinator keeps nothing on disk or in replicated data: regions are asked.
//     They register again, with what they host, whenever the coordinator they know ends.
//   - In a hand-off the region that gives a shard up asks the others to pause. Each
//     answers behind whatever it has sent to the shard, on the same link; when all have
//     answered, nothing is under way any more, the entities drain, and only then stop.
//     So order does not depend on which of two links is the faster.
//   - A region finds the coordinator by way of the singleton and registers with it
//     directly: nothing that waited for one coordinator can reach the next.
//   - Each time that a home has a shard has a number, higher than those before, and counts
//     the hand-offs it has taken back. News of homes may come late, over the slower link;
//     by these numbers a region tells. A home whose number is not higher than one that
//     somebody has heard of, in another cluster, gets a new one.
//   - Every region is told of each new home, not only those that asked.
//   - Lost shards get a new home when the node is removed, not with the next message.
//
// All of it lives in actors, "/sharding-TYPE" with a child for each shard and below it
// one for each entity, and in the singleton "sharding-TYPE". The coordinator's decisions
// are a book without clock or network, see ledger.go.
//
// # Reading its failures
//
// Region.Shards says which shard is where and how many entities the node has; it may be
// called at any time and stops nothing. Refused says that this region's number of shards is
// not that of the cluster. Asks name the type and the id: `sharding: ask
// "order/o-17": context deadline exceeded`. Dropped says what was lost and why. All
// regions log their shards at level Info in the log of the actor system.
package sharding

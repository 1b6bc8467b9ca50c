// Package cluster keeps the membership of a cluster: which nodes belong to it, how far
// each has come, who cannot be reached, and who leads.
//
//	sys, err := actor.NewSystem(actor.WithNetwork(network, "b"), actor.WithIncarnation(7))
//	m, err := cluster.Start(sys, cluster.WithSeeds("a"))
//	err = m.Watch(ctx, func(v cluster.View) bool { return v.Converged && len(v.Up()) == 3 })
//	...
//	err = m.Leave(ctx)
//
// # Words
//
// An incarnation is one life of a node at its address; the next one must be higher. A
// member is Joining, then Up, then Leaving, Exiting and Removed if it goes of its own
// accord, or Down and Removed if it was given up; see Status. Unreachable is no status
// but an observation, made by an observer, and taken back when the member is heard
// again. Downing is giving members up. A seed is an address that a new node asks to be
// let in. The members have converged when nobody is unreachable (other than who is Down
// or Exiting) and every member that is Up or Leaving has seen the same state.
//
// The leader is the lowest address among the members that are Up or Leaving and
// reachable. Nobody elects it: it follows from the state. Only the leader makes members
// Up, Exiting and Removed, and only after all such members have seen what it did before.
//
// # What is promised
//
//   - What was removed does not return: no view of a node shows a member again that it
//     has shown to be removed. A node at the same address with a higher incarnation is
//     another member; once it asks to join, the older one is Down and Removed.
//   - A change is sent when it happens. Without loss or cuts, three nodes agree on it
//     after two or three messages. The gossip interval only matters for what gets lost.
//   - All nodes that can reach each other, if by way of others, come to have the same
//     View, save for Self and, for a moment, Converged.
//   - Of a link that carries frames one way only, the end that hears nothing reports the
//     other as unreachable; everybody learns of it.
//   - A node that learns that it is Down ends: Done is closed, Err is ErrDowned.
//   - Becoming Up waits for those who are unreachable, so that two sides of a split do
//     not grow apart; after a while new members become WeaklyUp instead. Leaving and
//     being removed do not wait for them.
//
// Not promised: that two sides of a split which gave each other up become one cluster
// again. Each goes on alone, and one has to be started anew. AutoDown does that in every
// partition that lasts, and a node that hears nobody, but is heard, makes it give up all
// the others. The policies of package downing do not.
//
// # How it works
//
// The state is gossiped (Demers et al., "Epidemic Algorithms for Replicated Database
// Maintenance", 1987) as a value that two nodes merge in any order: see internal/gossip,
// which also explains why nothing comes back. The life of a member, convergence, seen
// sets and the leader are those that Akka's documentation describes ("Cluster Membership
// Service"). It departs from there in this:
//
//   - States are compared by a digest, and merged as a semilattice, in place of vector
//     clocks. A removed node leaves a tombstone, one for each address, for good.
//   - Changes go at once to all, or in a cluster of more than ten to the leader, which
//     passes them on, rather than from tick to tick.
//   - The report of an observer does not count if a member that it hears does not hear
//     it. Or one that crashed could never take back what it said.
//   - Those who are unreachable only keep others from becoming Up.
//   - Any node may act on its downing policy; what one has decided, all believe.
//   - A node that leaves is told that it is removed not only once: it goes on comparing,
//     and the others answer whatever a node says that is gone, and heed nothing of it.
//     One that a member has seen Exiting, and that can reach nobody any more, is done, as
//     whoever could tell it may have left as well.
//
// Failures are detected by heartbeats, sent one way to those who watch a node: all
// others in a cluster of up to ten, and three neighbours on a ring of addresses in a
// larger one. In a large cluster a cut between two members that are no neighbours goes
// unnoticed. A watcher that has heard nothing for half of its patience, or at its next
// heartbeat behind that, asks with a ping before it complains (as SWIM does: Das, Gupta and
// Motivala, 2002), and asks again each eighth of its patience. One that did not get to
// run itself forgives that time (as Lifeguard does: Dadgar, Phillips and Currey, 2018).
// Deadline and PhiAccrual say how long the patience is.
//
// Heartbeats are sent at multiples of the interval on the wall clock, so that the
// processes of one machine wake at the same time: the leader's just then, those of the
// others when they hear one, at most a quarter of the interval earlier, or a twentieth
// later.
//
// To join, a node asks all seeds, and the contacts, at once, and again after 2 ms, 4 ms...
// up to 200 ms, until one sends it the state. The first seed forms a cluster once all the
// others have said that they have none, or WithFormAfter has passed since it began, and
// since a member of some cluster was heard. Then it says whom it has not reached: see Formed.
// If it turns out that there was
// one, because its members still send heartbeats to what the node was before, or greet
// the seeds that they miss, a node that is alone gives its own up and joins. Clusters of
// several nodes that meet so are merged.
//
// A message that arrives damaged is dropped by package actor. Besides, a state has to have
// the digest that it is said to have. What comes twice or late does no harm: states are
// merged, and a heartbeat that later ones have overtaken is not heard.
//
// # Concurrency and randomness
//
// The protocol is a deterministic core; an actor, "/cluster", gives it messages and the
// time, and is all that runs. Its timers are the actor's, so it lives in a
// testing/synctest bubble as well, and ends with its actor system, whether that was
// stopped or killed. All random choices come from WithRand. Events are published by the
// actor on the system's event stream; a subscriber must not block.
//
// # Reading its failures
//
// Watch and Leave say what the node saw last, as in `cluster: node "b": watch: context
// deadline exceeded; last view: b sees a up (unreachable by b), b up; leader b`. WithLogger
// has every change in the log.
package cluster

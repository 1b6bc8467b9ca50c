// Package downing has policies that decide which members of a cluster to give up, so that
// of a cluster that was split one side goes on and the others end.
//
//	m, err := cluster.Start(sys, cluster.WithDowning(downing.KeepMajority(20*time.Second)))
//
// They are those of Akka's documentation ("Split Brain Resolver"): KeepMajority,
// KeepOldest, StaticQuorum and LeaseMajority, with KeepReferee from earlier editions of
// it. Each node decides by itself on the cluster.View that it has, and a node on the side
// that does not survive downs that side, itself included: cluster.Membership.Err is then
// cluster.ErrDowned. It has to be started anew, with a higher incarnation, to come back.
//
// # What is promised
//
// Of two sides of a split that have had time to notice it never both survive. If all
// members are Up or Leaving, just one survives: always with KeepMajority, KeepOldest and
// LeaseMajority, if its lease answers; with KeepReferee and StaticQuorum if one side has
// what is asked for. Cuts in one direction count as cuts.
//
// An indirect cut, where a does not hear b and others hear both, costs as few members as
// possible: the largest group survives in which everybody hears everybody and which wins
// by the policy's rule, and of several of the same size the one with the older members.
// Only if there is no such group does the whole side go down. In a cluster of more than
// ten, where most members do not watch each other, both ends of an indirect cut go.
//
// # When a policy decides
//
// A policy waits until the view has been stable: the members, their status and who hears
// whom have not changed for as long as stableAfter. That must be longer than the failure
// detector's patience, or a policy may decide on a cut that is half seen. An indirect cut
// takes twice as long: it may be a split that a slow node is still to notice. A node that
// is cut off for less than patience and stableAfter together is not given up. The sides
// become stable at different times, as far apart as two heartbeats: each node has its own
// last one before the cut. One that is asked to be sure that the other side has ended has
// to wait for that much longer than the policy, and for twice stableAfter if it is to be
// on the safe side; with LeaseMajority, for its delay and timeout as well.
//
// A view that never becomes stable lets nobody decide, unless DownAllWhenUnstable is given.
//
// # Who counts
//
// Members that are Up or Leaving count; with WithRole, only those of the role. Joining and
// WeaklyUp members do not, as the other side may not have heard of them, nor do Exiting
// ones, who may have gone. They share the fate of the side they are on.
//
// Two sides may not have heard of the same last change. A node therefore counts strictly
// on its own side, and generously on the other: those who are Exiting there count, and
// those who are Joining there if the leader, who might just have made them Up, is there
// too. The worst that comes of it is that no side survives, as when a member joins or
// leaves just then. More than one change cannot be missing: package cluster makes nobody
// Up before all have seen what came before. Who is Leaving is let go on both sides, long
// before the views are stable.
//
// A tie of KeepMajority, say 2 and 2, goes to the side with the lowest address, since all
// know all addresses, and those do not change. Age would do as well, but it is what
// KeepOldest goes by.
//
// # Where this departs from its source
//
//   - Members that an indirect cut concerns are not all downed, only as few as needed.
//   - Doubtful members count for the other side. The source tries both readings, and downs
//     everybody if the outcomes differ.
//   - StaticQuorum compares the other side with the quorum, not the size of the cluster
//     with twice the quorum.
//   - KeepOldest lets the oldest go alone only with DownIfAlone, and of two members it
//     then still keeps the oldest.
//   - DownAllWhenUnstable is off unless it is given.
//   - LeaseMajority does not release its lease. It lets it run out.
//
// # Leases
//
// LeaseMajority decides by a lease.Lease that one node of a side asks for, in a goroutine
// that ends with the node; Decide never waits. Until there is an answer nobody is downed,
// at most for WithLeaseTimeout; then the side goes down. So it does if who asks crashes
// after it was granted the lease, and before it could tell the others.
package downing

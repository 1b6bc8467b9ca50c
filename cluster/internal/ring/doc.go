// Package ring says who watches whom: a pure function of the members and of who among
// them is unreachable.
//
// Up to All members, each watches every other one, so that every cut between two of them is
// seen. In a larger cluster the members form a ring, in the order of their addresses,
// and each is watched by those that follow it until k reachable ones are among them:
// the cost for a node does not grow with the cluster, and members that crash together
// still have somebody who sees it.
package ring

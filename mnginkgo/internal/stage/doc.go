// Package stage is where the nodes of one spec meet: it owns their Switch, their
// barriers, their leases and the timeline of what happened.
//
// In-process it lives in the process that runs the spec. In the parallel variant it
// lives in the broker, and its two kinds of users reach it over the control pipes: the
// spec's process as a Director, each role's process as a Backstage. What they ask is a
// Verb, the same in all variants. The stage does not know what a node is; what a Director
// wants of one it hands to the role's Runner unread.
package stage

// Package recorder notes what a spec does as it does it, and makes a record of that and of what others have noted:
// the stage, the cast and the book of faults.
//
// A Recorder is the spec's own part: verbs, operations of clients, and what its matchers look at. It is for
// the process that runs the spec. What happens where the nodes are, the stage remembers.
package recorder

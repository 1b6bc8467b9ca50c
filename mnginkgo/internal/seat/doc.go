// Package seat runs the nodes of a role, one after another, in whatever process the role has.
//
// A Director of the stage asks a Seat for something with a Method: it boots a node, runs bodies and commands
// with it, tells what it sees and what the role is busy with, skews its clock, resets its connections, and has
// it leave, stop or crash. What that runs is a Part: the user's code for that node, which the front hands it
// as closures by way of a Script. So the package knows neither Ginkgo nor what a node is made of.
//
// Nothing of a node outlasts it, whatever its code does. Its end is bounded by the stop-timeout, and the seat
// closes whatever the node has opened on its Network. A boot that is done when nobody waits for it any more
// is undone. Code that does not end with its context is left alone, and told of: see package rolecode.
//
// In all variants arguments and answers are encoded, so that what cannot travel is found in each.
package seat

// Package cast knows who plays the roles of a spec, and has them come and go: which role has a node
// that runs, in which of its lives, and which has lost its process, is paused or has ended.
//
// A role is in one State at a time. Each verb of a Cast is for roles in some of the states, and is done
// to all that it names at once:
//
//	Start      not started, crashed, killed, gone -> booting -> running
//	Leave      running -> gone after Leave
//	Crash      running, paused -> crashed            its machine ends with it
//	Kill       running, paused -> killed             its machine goes on
//	Restart    all but not started -> running        by way of Crash and Start
//	Pause      running -> paused                     isolated roles alone, from here on
//	Resume     paused -> running
//	Exit       running -> gone after an exit
//	MayExit    running; the end of its process moves it on, and is none of the losses
//	Stop       whatever runs -> stopped              when the spec is over
//
// A role that loses its process comes to no other state, and every verb that it has a part in returns
// the Loss. What a node does to boot, leave and stop is a closure of the caller's, who knows what a node
// is; what becomes of machines and processes is the Stage's. The package knows no Ginkgo: what goes
// wrong is returned.
//
// A Cast may be used by several goroutines at once.
package cast

// Package rolecode runs code of the user's on roles, and says whose code a goroutine is.
//
// A failed assertion, a Fail, a panic on a role must reach the spec of that role, which
// another process may run, and no other. So each call of such code is a Call of an Owner,
// which is one role of one spec, and what goes wrong in it is a stage.Failure that the Call
// returns. What goes wrong in a goroutine that the code has started, once its Call has
// returned, is told to the Owner; once the Owner's spec is over, to the process.
//
// A House is where the code of roles runs: the process of their spec, or one that hosts a role of
// another process's. It keeps what such code defers, and in a process that hosts knows what of the last
// role goes on.
//
// # Whose a goroutine is
//
// Go's profiler labels pass from a goroutine to those that it starts, and to theirs. Each
// Call sets one, and whoever fails is looked up by the label that its goroutine bears. A
// goroutine without one belongs to the spec that runs here or, in a process that does
// nothing else than host a role, to that role: see resident. Such are those of
// time.AfterFunc.
//
// A Call that does not return soon after its context has ended is left alone. What it is
// stuck in can be seen in its stack: see Call.Stuck.
package rolecode

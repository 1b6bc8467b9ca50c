package broker

import (
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// What a process may ask of the broker, and tell it, beside the verbs of a stage.
const (
	methodHello  method[hello, helloAnswer] = "hello"
	methodTree   method[string, nothing]    = "tree" // the whole fingerprint; the error says what differs
	methodBorrow method[Request, nothing]   = "borrow"
	methodReturn method[nothing, nothing]   = "return"
	methodFinish method[nothing, nothing]   = "finish" // answered when no spec can need the process any more

	noticeSpecDone notice[nothing]       = "spec.done"
	noticeClean    notice[nothing]       = "clean" // nothing of the last role is left running
	noticeLate     notice[stage.Failure] = "late"  // of a role whose spec is over

	noticeLog    notice[stage.Entry]   = "role.log"
	noticeFailed notice[stage.Failure] = "failed" // the broker tells the conductor so, too
)

// What the broker may ask of a process. All else that it asks is for the role that the process
// hosts: the method and the body of stage.Runner's Call.
const (
	methodCrash  method[nothing, nothing] = "host.crash"  // the node
	methodVacate method[nothing, int]     = "host.vacate" // answers how many goroutines go on
	methodMark   method[string, nothing]  = "host.mark"   // print this

	noticeExit notice[int] = "host.exit" // with this code, at once
)

// What the broker tells a process of the spec that it conducts, beside noticeFailed.
const noticeEnded notice[stage.End] = "ended"

type hello struct {
	PID  int
	Hash string // of the fingerprint
}

type helloAnswer struct{ SendTree bool }

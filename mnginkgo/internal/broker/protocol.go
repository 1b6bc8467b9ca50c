package broker

import (
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// What a process may ask of the broker.
const (
	methodHello   = "hello"   // hello -> helloAnswer
	methodTree    = "tree"    // the whole fingerprint -> nothing, or an error that says what differs
	methodAcquire = "acquire" // acquire -> nothing
	methodRelease = "release"
	methodFinish  = "finish" // answered when no spec can need the process any more

	methodCall     = "stage.call" // call -> bytes
	methodCrash    = "stage.crash"
	methodDesert   = "stage.desert"
	methodReclaim  = "stage.reclaim"
	methodProcess  = "stage.process"
	methodCut      = "stage.cut"
	methodMend     = "stage.mend"
	methodInflict  = "stage.inflict"
	methodLift     = "stage.lift"
	methodBites    = "stage.bites"
	methodHeld     = "stage.held"
	methodSettle   = "stage.settle" // settlement -> counts
	methodStats    = "stage.stats"
	methodNote     = "stage.note"
	methodGather   = "stage.gather"
	methodBarred   = "stage.barred"
	methodFlush    = "stage.flush"
	methodTimeline = "stage.timeline"

	methodBarrier = "role.barrier"
	methodEnded   = "role.ended"
	methodLease   = "role.lease.acquire" // leaseRequest -> leaseAnswer
	methodUnlease = "role.lease.release"
	methodMakeDir = "role.mkdir"

	notifyLog      = "role.log"
	notifyFailed   = "failed" // stage.Failure, of a role; to its spec's process, too
	notifyLate     = "late"   // stage.Failure of a role whose spec is over
	notifyClean    = "clean"  // nothing of the last role is left running
	notifySpecDone = "spec.done"
)

// What the broker may ask of a process.
const (
	methodSeat      = "seat"   // call -> bytes
	methodSeatCrash = "crash"  // crash the node
	methodVacate    = "vacate" // nothing -> how many goroutines go on
	methodMark      = "mark"   // print this

	notifyLost  = "lost"
	notifyEnded = "ended" // stage.End of a process of a role's own
	notifyExit  = "exit"  // exit with this code, at once
)

type nothing struct{}

type hello struct {
	PID  int
	Hash string // of the fingerprint
}

type helloAnswer struct{ SendTree bool }

type acquire struct {
	Spec           string // its text
	Roles          []string
	BarrierTimeout time.Duration                // of the stage
	Isolated       bool                         // a fresh child for each role
	Machines       map[string]transport.Address // of the roles
}

type processRequest struct {
	Role string
	Deed stage.Deed
}

type exitRequest struct{ Code int }

type callRequest struct {
	Role   string
	Method string
	Body   []byte
}

type barrierRequest struct {
	Name    string
	Parties []string
}

type leaseRequest struct {
	Lease stage.Lease
	Owner string
}

type leaseAnswer struct{ Held bool }

type settlement struct {
	Frames  []stage.HeldFrame
	Release bool
}

type loss struct{ Role, Why string }

// Encoded lists: the codec wants a type for each body.
type (
	linkList  struct{ Links []transport.Link }
	statsList struct{ Stats []transport.Stats }
	entryList struct{ Entries []stage.Entry }
	textList  struct{ Lines []string }
	heldList  struct{ Frames []stage.HeldFrame }
	counts    struct{ Counts []uint64 }
	text      struct{ Text string }
)

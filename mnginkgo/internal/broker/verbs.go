package broker

import (
	"context"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// What a process may ask of the broker, and tell it, for itself.
const (
	methodHello  method[hello, helloAnswer] = "hello"
	methodTree   method[string, nothing]    = "tree" // the whole fingerprint; the error says what differs
	methodBorrow method[Request, nothing]   = "borrow"
	methodReturn method[nothing, nothing]   = "return"
	methodFinish method[nothing, nothing]   = "finish" // answered when no spec can need the process any more

	noticeSpecDone notice[nothing]       = "spec.done"
	noticeClean    notice[nothing]       = "clean" // nothing of the last role is left running
	noticeLate     notice[stage.Failure] = "late"  // of a role whose spec is over
)

// What the broker may ask of a process. All else that it asks is for the role that the process
// hosts: the method and the body of stage.Runner's Call.
const (
	methodCrash  method[nothing, nothing] = "host.crash"  // the node
	methodVacate method[nothing, int]     = "host.vacate" // answers how many goroutines go on
	methodMark   method[string, nothing]  = "host.mark"   // print this

	noticeExit notice[int] = "host.exit" // with this code, at once
)

// What the broker tells a process of the spec that it conducts.
const (
	noticeLost  notice[loss]      = "lost"
	noticeEnded notice[stage.End] = "ended" // of a process of a role's own
)

type hello struct {
	PID  int
	Hash string // of the fingerprint
}

type helloAnswer struct{ SendTree bool }

type loss struct{ Role, Why string }

// What a process may ask of the stage of the spec that it conducts, as its stage.Director.
var (
	verbCall = asked("call", func(d stage.Director, ctx context.Context, c calling) ([]byte, error) {
		return d.Call(ctx, c.Role, c.Method, c.Body)
	})
	verbCrash   = told("crash", stage.Director.Crash)
	verbDesert  = told("desert", stage.Director.Desert)
	verbReclaim = told("reclaim", stage.Director.Reclaim)
	verbProcess = told("process", func(d stage.Director, ctx context.Context, p processing) error {
		return d.Process(ctx, p.Role, p.Deed)
	})
	verbMend    = told("mend", stage.Director.Mend)
	verbInflict = told("inflict", stage.Director.Inflict)
	verbLift    = told("lift", stage.Director.Lift)
	verbBites   = asked("bites", stage.Director.Bites)
	verbHeld    = asked("held", stage.Director.Held)
	verbSettle  = asked("settle", func(d stage.Director, ctx context.Context, s settling) (int, error) {
		return d.Settle(ctx, s.Frames, s.Release)
	})
	verbStats    = asked("stats", bare(stage.Director.Stats))
	verbNote     = told("note", stage.Director.Note)
	verbGather   = told("gather", func(d stage.Director, ctx context.Context, _ nothing) error { return d.Gather(ctx) })
	verbBarred   = asked("barred", bare(stage.Director.Barred))
	verbFlush    = told("flush", func(d stage.Director, ctx context.Context, _ nothing) error { return d.Flush(ctx) })
	verbTimeline = asked("timeline", bare(stage.Director.Timeline))
)

// What a process may ask of the stage that it hosts a role on, as its stage.Backstage. Which role
// that is the broker knows.
var (
	verbBarrier = hosted("barrier", func(s stage.Backstage, ctx context.Context, role string, b barrier) (nothing, error) {
		return nothing{}, s.Barrier(ctx, role, b.Name, b.Parties)
	})
	verbEnded = hosted("ended", func(s stage.Backstage, ctx context.Context, role string, _ nothing) (nothing, error) {
		return nothing{}, s.Ended(ctx, role)
	})
	verbAcquire = hosted("acquire", func(s stage.Backstage, ctx context.Context, _ string, l leasing) (bool, error) {
		return s.Acquire(ctx, l.Lease, l.Owner)
	})
	verbRelease = hosted("release", func(s stage.Backstage, ctx context.Context, _ string, l leasing) (nothing, error) {
		return nothing{}, s.Release(ctx, l.Lease, l.Owner)
	})
	verbMakeDir = hosted("mkdir", func(s stage.Backstage, ctx context.Context, _, path string) (nothing, error) {
		return nothing{}, s.MakeDir(ctx, path)
	})
)

const (
	noticeLog    notice[stage.Entry]   = "role.log"
	noticeFailed notice[stage.Failure] = "failed" // the broker tells the conductor so, too
)

// The arguments of verbs that have more than one.
type (
	calling struct {
		Role, Method string
		Body         []byte
	}
	processing struct {
		Role string
		Deed stage.Deed
	}
	settling struct {
		Frames  []stage.HeldFrame
		Release bool
	}
	barrier struct {
		Name    string
		Parties []string
	}
	leasing struct {
		Lease stage.Lease
		Owner string
	}
)

package stage

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/transport"
)

// What a Director asks.
var (
	// Call has the runner of a role do something and returns its answer.
	Call = verb("call", (*Stage).call)
	// Crash ends a role's node without a word, and its machine with it. Nothing that it ever
	// sent is delivered after Crash has returned nil.
	Crash = order("crash", (*Stage).crash)
	// Desert has the machine of a role whose process has ended go on: it tells others that
	// their connections with it are over, and refuses new ones. Reclaim takes such a machine
	// off the network, if there is one, for another process.
	Desert  = order("desert", (*Stage).desert)
	Reclaim = order("reclaim", (*Stage).reclaim)
	// Process does a deed to the process of a role, which must be one of its own.
	Process = order("process", (*Stage).process)
	// Mend is the Switch's.
	Mend = order("mend", func(s *Stage, _ context.Context, links []transport.Link) error {
		s.sw.Mend(links...)
		return nil
	})
	// Inflict puts a fault on its links, and Lift takes it away. What a Hold has held
	// is delivered then.
	Inflict = order("inflict", (*Stage).inflict)
	Lift    = order("lift", (*Stage).lift)
	// Bites returns on how many frames each of the faults of these names had an effect.
	Bites = verb("bites", (*Stage).bites)
	// Held returns the frames that the links hold, in order for each link.
	Held = verb("held", (*Stage).held)
	// SettleHeld delivers held frames, in their order and ahead of the others of their links,
	// or drops them. It returns how many of them were held still.
	SettleHeld = verb("settle held", (*Stage).settleHeld)
	// Stats returns the Switch's counters.
	Stats = verb("stats", func(s *Stage, _ context.Context, _ Nothing) ([]transport.Stats, error) { return s.sw.Stats(), nil })
	// Note puts a line of the spec itself on the timeline.
	Note = order("note", func(s *Stage, _ context.Context, text string) error {
		s.Log(Entry{Time: time.Now(), Text: text})
		return nil
	})
	// BodiesBegin says that the roles' bodies start: barriers wait for all of them again.
	BodiesBegin = order("bodies", func(s *Stage, _ context.Context, _ Nothing) error {
		s.barriers.reset()
		return nil
	})
	// Waiting says which roles wait at which barrier.
	Waiting = verb("waiting", func(s *Stage, _ context.Context, _ Nothing) ([]string, error) { return s.barriers.waiting(), nil })
	// Flush returns when all that the roles' processes have printed so far is on the
	// timeline, and what went wrong in them was told.
	Flush = order("flush", (*Stage).flush)
	// Record returns what the stage remembers beside the timeline.
	Record = verb("record", (*Stage).recorded)
	// Watch has the Director told of what the roles see, as OnSaw says.
	Watch = verb("watch", (*Stage).watch)
	// Timeline returns what happened so far, in order of time.
	Timeline = verb("timeline", func(s *Stage, _ context.Context, _ Nothing) ([]Entry, error) { return s.timeline(), nil })
)

// What a role's process asks, of its Backstage.
var (
	// Barrier waits until all parties have come to the barrier of that name.
	Barrier = ofRole(order("barrier", func(s *Stage, ctx context.Context, p Party) error {
		if err := mayAsk(ctx, p.Role); err != nil {
			return err
		}
		return s.stay(ctx, p)
	}))
	// Ended says that the role's body is over: no barrier need wait for it.
	Ended = ofRole(order("ended", func(s *Stage, ctx context.Context, role string) error {
		if err := mayAsk(ctx, role); err != nil {
			return err
		}
		s.Gone(role, false)
		return nil
	}))
	// Acquire and Release are lease.Lease's, for the spec's lease of that name.
	Acquire = ofRole(verb("acquire", func(s *Stage, ctx context.Context, l Lease) (bool, error) {
		return s.leases.Lease(l.Name, l.TTL).Acquire(ctx, l.Owner)
	}))
	Release = ofRole(order("release", func(s *Stage, ctx context.Context, l Lease) error {
		return s.leases.Lease(l.Name, l.TTL).Release(ctx, l.Owner)
	}))
	// Stalled notes that something has timed out, with where the goroutines of all roles are.
	Stalled = ofRole(order("stalled", (*Stage).stalled))
	// MakeDir makes a folder for the data of a role. It is one that the process of the
	// stage owns, so that no sweep takes it while that lives.
	MakeDir = ofRole(order("mkdir", func(_ *Stage, _ context.Context, path string) error { return scratch.Own.MakeDir(path) }))
)

// RoleCall is what the runner of a role is to do.
type RoleCall struct {
	Role, Method string
	Body         []byte
}

// Settling says what becomes of held frames.
type Settling struct {
	Frames  []HeldFrame
	Release bool // or they are dropped
}

// Party is a role that comes to a barrier, where it meets the others.
type Party struct {
	Role, Name string
	Parties    []string
}

// Lease names a lease, for how long it is held after it was acquired, and by whom.
type Lease struct {
	Name  string
	TTL   time.Duration
	Owner string
}

package stage

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Director is what the process that runs a spec may do with its nodes.
type Director interface {
	// Call has the runner of a role do something and returns its answer.
	Call(ctx context.Context, role, method string, body []byte) ([]byte, error)
	// Crash ends a role's node without a word, and its machine with it. Nothing that it ever
	// sent is delivered after Crash has returned nil.
	Crash(ctx context.Context, role string) error
	// Desert has the machine of a role whose process has ended go on: it tells others that
	// their connections with it are over, and refuses new ones. Reclaim takes such a machine
	// off the network, if there is one, for another process.
	Desert(ctx context.Context, role string) error
	Reclaim(ctx context.Context, role string) error
	// Process does a deed to the process of a role, which must be Isolated.
	Process(ctx context.Context, role string, deed Deed) error
	// Mend is the Switch's.
	Mend(ctx context.Context, links []transport.Link) error
	// Inflict puts a fault on its links, and Lift takes it away. What a Hold has held
	// is delivered then.
	Inflict(ctx context.Context, f Fault) error
	Lift(ctx context.Context, f Fault) error
	// Bites returns on how many frames each of the faults of these names had an effect.
	Bites(ctx context.Context, names []string) ([]uint64, error)
	// Held returns the frames that the links hold, in order for each link.
	Held(ctx context.Context, links []transport.Link) ([]HeldFrame, error)
	// Settle delivers held frames, in their order and ahead of the others of their links,
	// or drops them. It returns how many of them were held still.
	Settle(ctx context.Context, frames []HeldFrame, release bool) (int, error)
	// Stats returns the Switch's counters.
	Stats(ctx context.Context) ([]transport.Stats, error)
	// Note puts a line of the spec itself on the timeline.
	Note(ctx context.Context, text string) error
	// Gather says that the roles' bodies start: barriers wait for all of them again.
	Gather(ctx context.Context) error
	// Barred says which roles wait at which barrier.
	Barred(ctx context.Context) ([]string, error)
	// Flush returns when all that the roles' processes have printed so far is on the
	// timeline, and what went wrong in them was told.
	Flush(ctx context.Context) error
	// Timeline returns what happened so far, in order of time.
	Timeline(ctx context.Context) ([]Entry, error)
}

// Backstage is what a role's process may ask of the stage.
type Backstage interface {
	// Barrier waits until all parties have come to the barrier of that name.
	Barrier(ctx context.Context, role, name string, parties []string) error
	// Ended says that the role's body is over: no barrier need wait for it.
	Ended(ctx context.Context, role string) error
	// Acquire and Release are lease.Lease's, for the spec's lease of that name.
	Acquire(ctx context.Context, l Lease, owner string) (bool, error)
	Release(ctx context.Context, l Lease, owner string) error
	// MakeDir makes a folder for the data of a role. It is one that the process of the
	// stage owns, so that no sweep takes it while that lives.
	MakeDir(ctx context.Context, path string) error
	// Log puts a line on the timeline. It does not wait.
	Log(Entry)
	// Failed says what has failed on the role outside of what a Director has called. It
	// does not wait.
	Failed(Failure)
}

// Lease names a lease, and says for how long it is held after it was acquired.
type Lease struct {
	Name string
	TTL  time.Duration
}

// Runner runs the node of one role, in this process or at the other end of a pipe.
type Runner interface {
	// Call is Director.Call, of this role.
	Call(ctx context.Context, method string, body []byte) ([]byte, error)
	// Crash is Director.Crash, of this role; without a node it does nothing.
	Crash(ctx context.Context) error
}

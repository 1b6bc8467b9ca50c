package receptionist

import (
	"fmt"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// Key is what actors that take messages of type M are registered under. It is a small
// value that may be copied, compared, and sent in messages.
type Key[M any] struct{ Name string }

// NewKey returns the key of that name. Keys of one name and type are equal.
func NewKey[M any](name string) Key[M] { return Key[M]{name} }

// String returns the name and the type, as in "workers of jobs.Job".
func (k Key[M]) String() string { return k.Name + " of " + registry.TypeName[M]() }

// Listing is who is registered under a key, as far as one node knows, by address and path.
type Listing[M any] struct {
	Key         Key[M]
	Refs        []actor.Ref[M] // on nodes that can be reached, its own included
	Unreachable []actor.Ref[M] // on nodes that cannot
}

// String returns the listing as in "workers: a/w, b/w; unreachable c/w".
func (l Listing[M]) String() string {
	return fmt.Sprintf("%s: %s; unreachable %s", l.Key.Name, join(l.Refs), join(l.Unreachable))
}

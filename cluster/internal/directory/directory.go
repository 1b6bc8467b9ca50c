// Package directory keeps what receptionist and router share: on each node one registry of
// actors by key, and one meter.
package directory

import (
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/meter"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// service is the name under which the nodes find each other's registry.
const service = "receptionist"

// extension keeps the directory of a system.
type extension struct {
	once     sync.Once
	registry *registry.Registry
	err      error
}

// Of returns the registry of the node of m, which the first call starts.
func Of(m *cluster.Membership) (*registry.Registry, error) {
	e := actor.Extension(m.System(), func() *extension { return &extension{} })
	e.once.Do(func() {
		if e.err = meter.Start(m.System()); e.err == nil {
			e.registry, e.err = registry.Start(m, service, registry.Interval)
		}
	})
	return e.registry, e.err
}

package mnginkgo

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Lease returns the spec's lease of that name, the same for the nodes of all roles,
// whatever processes they run in. It is held for ttl after it was last acquired. It does
// not travel on the network: no cut keeps a node from it. Each spec starts with none held.
func (e *Env) Lease(name string, ttl time.Duration) lease.Lease {
	return stagedLease{e.node.Stage, stage.Lease{Name: name, TTL: ttl}}
}

type stagedLease struct {
	backstage stage.Backstage
	lease     stage.Lease
}

func (l stagedLease) Acquire(ctx context.Context, owner string) (bool, error) {
	return l.backstage.Acquire(ctx, l.lease, owner)
}

func (l stagedLease) Release(ctx context.Context, owner string) error {
	return l.backstage.Release(ctx, l.lease, owner)
}

package lease

import (
	"context"
	"sync"
	"time"
)

// Memory keeps leases, by name, in the memory of this process. Make one with NewMemory.
// It has no goroutines and no timers.
type Memory struct {
	mu   sync.Mutex
	held map[string]holding
}

// holding is who has a lease, and until when.
type holding struct {
	owner string
	until time.Time
}

// NewMemory returns a Memory in which no lease is held.
func NewMemory() *Memory { return &Memory{held: map[string]holding{}} }

// Lease returns the lease of that name. Who acquires it by way of what is returned holds
// it for ttl. Leases of the same name are the same, whatever their ttl.
func (m *Memory) Lease(name string, ttl time.Duration) Lease { return &memoryLease{m, name, ttl} }

// Owner returns who holds the lease of that name, or "" if nobody does.
func (m *Memory) Owner(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.owner(name)
}

func (m *Memory) owner(name string) string {
	if h := m.held[name]; time.Now().Before(h.until) {
		return h.owner
	}
	return ""
}

type memoryLease struct {
	memory *Memory
	name   string
	ttl    time.Duration
}

var _ Lease = (*memoryLease)(nil)

func (l *memoryLease) Acquire(ctx context.Context, owner string) (bool, error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	m := l.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.owner(l.name); now != "" && now != owner {
		return false, nil
	}
	m.held[l.name] = holding{owner, time.Now().Add(l.ttl)}
	return true, nil
}

func (l *memoryLease) Release(_ context.Context, owner string) error {
	m := l.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.owner(l.name) == owner {
		delete(m.held, l.name)
	}
	return nil
}

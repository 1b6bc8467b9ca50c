package ddata

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

// tally is who has answered a request. The agent counts, and the caller reads it when its
// context has ended.
type tally struct {
	mu          sync.Mutex
	answered    []crdt.Replica
	voters      []crdt.Replica
	unreachable []crdt.Replica
	need        int
}

// count notes who of those that count has answered, and reports whether that is enough.
func (t *tally) count(m *members, need int, answered map[crdt.Replica]bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.voters, t.unreachable, t.need = m.voters, m.unreachable, need
	t.answered = t.answered[:0]
	for _, v := range m.voters {
		if answered[v] {
			t.answered = append(t.answered, v)
		}
	}
	return len(t.answered) >= need
}

// err returns ErrTooFew with what was counted last, and why nobody waits any longer.
func (t *tally) err(cause error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.voters) == 0 {
		return fmt.Errorf("%w: no member is up yet: %w", ErrTooFew, cause)
	}
	var missing []string
	for _, v := range t.voters {
		switch {
		case slices.Contains(t.answered, v):
		case slices.Contains(t.unreachable, v):
			missing = append(missing, string(v.Address)+" (unreachable)")
		default:
			missing = append(missing, string(v.Address))
		}
	}
	return fmt.Errorf("%w: %d of %d needed: %s; missing: %s: %w", ErrTooFew,
		len(t.answered), t.need, addresses(t.answered), strings.Join(missing, ", "), cause)
}

func addresses(replicas []crdt.Replica) string {
	if len(replicas) == 0 {
		return "nobody"
	}
	names := make([]string, len(replicas))
	for i, r := range replicas {
		names[i] = string(r.Address)
	}
	return strings.Join(names, ", ")
}

package ddata

import (
	"fmt"
	"maps"
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
	refused     map[crdt.Replica]string // why they cannot answer
	need        int
}

// count notes who of those that count has answered, and reports whether that is enough.
func (t *tally) count(m *members, need int, answered map[crdt.Replica]bool, refused map[crdt.Replica]string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.voters, t.unreachable, t.need, t.refused = m.voters, m.unreachable, need, maps.Clone(refused)
	t.answered = t.answered[:0]
	for _, v := range m.voters {
		if answered[v] && refused[v] == "" {
			t.answered = append(t.answered, v)
		}
	}
	return len(t.answered) >= need
}

// isHopeless reports whether so many of those that count cannot do what is asked that too
// few are left.
func (t *tally) isHopeless() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	able := 0
	for _, v := range t.voters {
		if t.refused[v] == "" {
			able++
		}
	}
	return len(t.voters) > 0 && able < t.need
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
		case t.refused[v] != "":
			missing = append(missing, fmt.Sprintf("%s (%s)", v.Address, t.refused[v]))
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

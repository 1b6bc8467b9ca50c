package soak_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
)

// recorder keeps what happened on the nodes of a role. It outlives them: a crash ends the
// node and not its process.
type recorder struct {
	role string

	mu     sync.Mutex
	events []history.Event
	lives  int
}

// recorders are those of this process, by role.
var recorders sync.Map

func recorderOf(node *Node) *recorder {
	if node.Incarnation() == 1 { // of a new spec
		recorders.Store(node.Role(), &recorder{role: node.Role()})
	}
	r, _ := recorders.Load(node.Role())
	return r.(*recorder)
}

// note records an event that happens now.
func (r *recorder) note(e history.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.At = time.Now().UnixNano()
	r.events = append(r.events, e)
}

// nextLife returns the name of a life that begins on a node.
func (r *recorder) nextLife(node string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lives++
	return fmt.Sprintf("%s/%d", node, r.lives)
}

// watch records who is given up in the eyes of the node, and when it has ended itself.
func (r *recorder) watch(node *Node) {
	here := nameOf(node.Role(), node.Incarnation())
	actor.Subscribe(node.System(), func(e cluster.MemberDowned) {
		r.note(history.Event{Kind: history.GivenUp, Node: nameOf(string(e.Member.Address), e.Member.Incarnation), By: here})
	})
	actor.Subscribe(node.System(), func(cluster.Ended) { r.note(history.Event{Kind: history.Ended, Node: here}) })
}

// nameOf names a node in a history. The address of a role's node is the role.
func nameOf(role string, incarnation uint64) string { return fmt.Sprintf("%s#%d", role, incarnation) }

// page is how many events recorded returns at most: some hundred kilobytes.
const page = 5000

// recorded returns what a role has recorded, from an index on.
var recorded = Command(func(_ context.Context, node *Node, from int) ([]history.Event, error) {
	r, _ := recorders.Load(node.Role())
	events := r.(*recorder)
	events.mu.Lock()
	defer events.mu.Unlock()
	to := min(from+page, len(events.events))
	return append([]history.Event{}, events.events[min(from, to):to]...), nil
})

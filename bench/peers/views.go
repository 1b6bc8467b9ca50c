package peers

import (
	"fmt"
	"io"
	"sync"

	"github.com/hashicorp/memberlist"
)

// views is what each node sees, by what it tells its delegate.
type views struct {
	mu     sync.Mutex
	seen   []map[string]bool // the names of who is alive, itself included
	full   int               // the nodes that see all
	agreed chan struct{}     // closed once all see all
	deaths int
	ended  bool

	crashed int           // once lost is there, and deaths do not count
	lost    chan struct{} // closed once no other node sees the one that crashed
}

func newViews(n int) *views {
	v := &views{seen: make([]map[string]bool, n), agreed: make(chan struct{})}
	for i := range v.seen {
		v.seen[i] = map[string]bool{}
	}
	return v
}

// configOf returns the configuration of a node, whose view is kept.
func (v *views) configOf(i int, settings Settings) *memberlist.Config {
	c := settings.config()
	c.Name = nameOf(i)
	c.BindAddr, c.BindPort = "127.0.0.1", 0
	c.LogOutput = io.Discard
	c.Events = view{v, i}
	return c
}

func nameOf(i int) string { return fmt.Sprintf("node %d", i) }

// lose returns a channel that is closed once no other node sees this one.
func (v *views) lose(crashed int) <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.crashed, v.lost = crashed, make(chan struct{})
	v.closeIfLost()
	return v.lost
}

func (v *views) closeIfLost() {
	for viewer, seen := range v.seen {
		if viewer != v.crashed && seen[nameOf(v.crashed)] {
			return
		}
	}
	select {
	case <-v.lost: // before
	default:
		close(v.lost)
	}
}

// end makes the views ignore what comes.
func (v *views) end() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = true
}

// String returns how many nodes see all.
func (v *views) String() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return fmt.Sprintf("%d of %d nodes see all", v.full, len(v.seen))
}

// view is the delegate of one node.
type view struct {
	*views
	viewer int
}

// NotifyJoin implements memberlist.EventDelegate.
func (v view) NotifyJoin(node *memberlist.Node) {
	v.mu.Lock()
	defer v.mu.Unlock()
	seen := v.seen[v.viewer]
	if v.ended || seen[node.Name] {
		return
	}
	seen[node.Name] = true
	if len(seen) < len(v.seen) {
		return
	}
	if v.full++; v.full < len(v.seen) {
		return
	}
	select {
	case <-v.agreed: // before, and again after a suspicion
	default:
		close(v.agreed)
	}
}

// NotifyLeave implements memberlist.EventDelegate.
func (v view) NotifyLeave(node *memberlist.Node) {
	v.mu.Lock()
	defer v.mu.Unlock()
	seen := v.seen[v.viewer]
	if v.ended || !seen[node.Name] {
		return
	}
	if len(seen) == len(v.seen) {
		v.full--
	}
	delete(seen, node.Name)
	if v.lost == nil {
		v.deaths++
	} else {
		v.closeIfLost()
	}
}

// NotifyUpdate implements memberlist.EventDelegate.
func (view) NotifyUpdate(*memberlist.Node) {}

package team

import "time"

// Watch has changed called when Alive and Leader may have changed, until stop is called: with each heartbeat that comes,
// and when none has come for too long.
func (n *Node) Watch(changed func()) (stop func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.changed, n.late = changed, map[string]*time.Timer{}
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.changed = nil
		for _, timer := range n.late {
			timer.Stop()
		}
	}
}

// tell is called with n.mu locked, after a heartbeat of that name.
func (n *Node) tell(name string) {
	if n.changed == nil {
		return
	}
	n.changed()
	if timer := n.late[name]; timer != nil {
		timer.Reset(Patience)
	} else {
		n.late[name] = time.AfterFunc(Patience, n.changed)
	}
}

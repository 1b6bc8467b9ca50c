package actor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxName is the length, in bytes, of the longest name: as an Address, a name should
// fit a line of a log.
const maxName = 255

func checkName(name string) error {
	if len(name) > maxName || strings.Contains(name, "/") || strings.HasPrefix(name, "$") {
		return ErrName
	}
	return nil
}

// adopt makes child a child of n.
func (n *node) adopt(child *node) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		if n.parent == nil || n.sys.killed.Load() {
			return ErrStopped
		}
		return fmt.Errorf("%s: %w", n, ErrDead)
	}
	r := n.more()
	if child.name != "" {
		if r.named[child.name] != nil {
			return ErrNameTaken
		}
		if r.named == nil {
			r.named = map[string]*node{}
		}
		r.named[child.name] = child
	}
	if child.next = r.first; child.next != nil {
		child.next.prev = child
	}
	r.first = child
	return nil
}

// disown takes child out and reports whether it was the last that n waits for.
func (n *node) disown(child *node) (last bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.rare
	if child.name != "" {
		delete(r.named, child.name)
	}
	if child.prev != nil {
		child.prev.next = child.next
	} else {
		r.first = child.next
	}
	if child.next != nil {
		child.next.prev = child.prev
	}
	child.next, child.prev = nil, nil
	n.sys.removals.Add(1)
	return n.awaiting && r.first == nil
}

// children returns the children, the first spawned first.
func (n *node) children() []*node {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rare == nil {
		return nil
	}
	var all []*node
	for c := n.rare.first; c != nil; c = c.next {
		all = append(all, c)
	}
	slices.Reverse(all)
	return all
}

// child returns the child of that name, or nil.
func (n *node) child(name string) *node {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rare == nil {
		return nil
	}
	if c := n.rare.named[name]; c != nil || !strings.HasPrefix(name, "$") {
		return c
	}
	uid, err := strconv.ParseUint(name[1:], 36, 64)
	if err != nil {
		return nil
	}
	for c := n.rare.first; c != nil; c = c.next {
		if c.uid == uid && c.name == "" {
			return c
		}
	}
	return nil
}

// find returns the actor at a path below n, or nil.
func (n *node) find(path string) *node {
	for n != nil && path != "" {
		if path[0] != '/' {
			return nil
		}
		name, rest := path[1:], ""
		if i := strings.IndexByte(name, '/'); i >= 0 {
			name, rest = name[:i], name[i:]
		}
		n, path = n.child(name), rest
	}
	return n
}

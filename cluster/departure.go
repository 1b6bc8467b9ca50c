package cluster

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
)

// tellGone tells a node that it is no member any more.
func (n *core) tellGone(to gossip.Node) {
	if n.phase != inside {
		return
	}
	n.send(to.Address, message{Kind: gone, To: to.Incarnation, Size: n.side()})
}

// heardGone answers one that is no member any more: it would not speak if it knew. So a
// node that leaves, and goes on comparing, learns that it is removed from whomever it
// reaches first, whatever was lost before. Only that it calls this node gone has no
// answer: two that have given each other up stay apart.
func (n *core) heardGone(m message) {
	if m.Kind != gone {
		n.tellGone(m.From)
	}
}

// toldGone handles being told so.
func (n *core) toldGone(m message) {
	if n.phase == outside {
		n.end(ErrReplaced) // this incarnation was a member before
		return
	}
	n.believe(m.From, m.Size)
}

// believe ends the node if it has to believe that it is no member any more: if it wants
// to leave, if whoever says so is a member that can be reached, or if that one has no
// fewer members on its side. A node that was cut off alone, gave up all the others and is heard
// again cannot make them end that way.
func (n *core) believe(from gossip.Node, size uint32) {
	trusted := n.state.Is(from) && n.reachable(from.Address)
	switch {
	case n.leaving:
		n.end(nil)
	case trusted, size >= n.side():
		n.end(ErrDowned)
	}
}

// isAbandoned reports whether the node need not wait to be told that it is removed: a
// member has seen that it is Exiting, so it will be, and it can reach nobody who might
// tell it. They may have left meanwhile as well.
func (n *core) isAbandoned() bool {
	if !n.leaving || !n.witnessed {
		return false
	}
	return !slices.ContainsFunc(n.members, func(r gossip.Record) bool {
		return r.Node != n.self && r.Status < gossip.Down && n.reachable(r.Address)
	})
}

// exiled are the nodes that were members and did not leave of their own. They may be
// alive on the other side of a cut, which keeps them from learning what was decided, and
// may have given up whom they would have to hear it from. Those that leave need no
// telling: they ask.
type exiled []gossip.Node

func (e *exiled) add(n gossip.Node) {
	if !slices.Contains(*e, n) {
		*e = append(*e, n)
	}
}

// remindExiled tells one of them, at random, so that it learns it after the cut has
// healed. Those whose address has a younger node need no telling.
func (n *core) remindExiled() {
	n.exiled = slices.DeleteFunc(n.exiled, func(e gossip.Node) bool {
		r, ok := n.state.Find(e.Address)
		return ok && r.Incarnation > e.Incarnation
	})
	if len(n.exiled) > 0 {
		n.tellGone(n.exiled[n.rand.IntN(len(n.exiled))])
	}
}

// side returns how many reachable members the node knows, itself included. It says which
// side of a split is the stronger.
func (n *core) side() (size uint32) {
	for _, r := range n.members {
		if r.Status < gossip.Exiting && (r.Node == n.self || n.reachable(r.Address)) {
			size++
		}
	}
	return size
}

// reachableIn returns the size of the side that has a state.
func reachableIn(s gossip.State) (size uint32) {
	blame := s.Unreachable()
	for _, r := range s.Members() {
		if r.Status < gossip.Exiting && len(blame[r.Address]) == 0 {
			size++
		}
	}
	return size
}

package cluster

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// tellGone tells a node that it is no member any more.
func (n *core) tellGone(to gossip.Node) {
	if n.phase != inside {
		return
	}
	size, leader := n.side()
	n.send(to.Address, message{Kind: gone, To: to.Incarnation, Size: size, Leader: leader})
}

// toldGone handles being told so.
func (n *core) toldGone(m message) {
	if n.phase == outside {
		n.end(ErrReplaced) // this incarnation was a member before
		return
	}
	n.believe(m.From, m.Size, m.Leader)
}

// believe ends the node if it has to believe that it is no member any more: if it wants
// to leave, if whoever says so is a member that can be reached, or if that one has more
// members on its side. A node that was cut off alone, gave up all the others and is heard
// again cannot make them end that way.
func (n *core) believe(from gossip.Node, size uint32, leader transport.Address) {
	mine, myLeader := n.side()
	given := n.state.Gone(from)
	trusted := n.state.Is(from) && !given && n.reachable(from.Address)
	weaker := size > mine || size == mine && (!given || leader < myLeader)
	switch {
	case n.leaving:
		n.end(nil)
	case trusted, weaker:
		n.end(ErrDowned)
	case given:
		n.tellGone(from)
	}
}

// exiled are the nodes that were members and did not leave of their own. They may be
// alive on the other side of a cut, which keeps them from learning what was decided.
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

// side returns how many reachable members the node knows, itself included, and their
// leader. It says which side of a split is the stronger.
func (n *core) side() (size uint32, leader transport.Address) {
	for _, r := range n.members {
		if r.Status < gossip.Exiting && (r.Node == n.self || n.reachable(r.Address)) {
			size++
		}
	}
	return size, n.leader()
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

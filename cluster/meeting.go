package cluster

import (
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// alone reports whether the node is inside a cluster that nobody else belongs to.
func (n *core) alone() bool {
	return n.phase == inside && len(n.members) == 1 && n.members[0].Node == n.self
}

// misaddressed handles a message to another incarnation of this node. If it is to an
// older one, the sender belongs to a cluster that has not heard of the restart.
func (n *core) misaddressed(m message) {
	switch {
	case m.Kind == gone, m.To > n.self.Incarnation, n.state.Gone(m.From):
	case n.phase == outside, n.alone():
		n.ask(m.From.Address)
	default:
		n.spread.owe(m.From.Address)
	}
}

// greetSeeds says hello to the seeds that are no members. One that was restarted with
// nobody else in its list of seeds has formed a cluster of its own, and so learns of
// this one.
func (n *core) greetSeeds() {
	for _, a := range n.otherSeeds() {
		if _, member := n.index(a); !member {
			n.greet(a)
		}
	}
}

func (n *core) greet(a transport.Address) {
	size, leader := n.side()
	n.send(a, message{Kind: hello, Size: size, Leader: leader})
}

// greeted handles hello from a node of another cluster. A node that is alone joins the
// others, as if it were new; of two that are alone, the one with the higher address
// does. Two clusters of several members become one: each adds the other's members to
// its own, with the numbers they have.
func (n *core) greeted(m message) {
	_, leader := n.side()
	switch {
	case n.phase == outside, n.alone() && (m.Size > 1 || m.Leader < leader):
		n.ask(m.From.Address)
	case m.Size == 1 && !n.state.Is(m.From):
		n.greet(m.From.Address)
	default:
		n.spread.owe(m.From.Address)
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

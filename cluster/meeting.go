package cluster

import "github.com/7aca83c2/multinode/transport"

// alone reports whether the node is inside a cluster that nobody else belongs to.
func (n *core) alone() bool {
	return n.phase == inside && len(n.members) == 1 && n.members[0].Node == n.self
}

// misaddressed handles a message to another incarnation of this node. If it is to an
// older one, the sender belongs to a cluster that has not heard of the restart.
func (n *core) misaddressed(m message) {
	switch {
	case m.Kind == gone, m.To > n.self.Incarnation:
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
	for _, a := range n.seeds {
		if n.isStranger(a) {
			n.greet(a)
		}
	}
}

func (n *core) isStranger(a transport.Address) bool {
	_, member := n.index(a)
	return !member && a != n.self.Address
}

func (n *core) greet(a transport.Address) {
	n.send(a, message{Kind: hello, Size: uint32(len(n.members)), Leader: n.leader()})
}

// greeted handles hello from a node of another cluster. A node that is alone joins the
// others, as if it were new; of two that are alone, the one with the higher address
// does. Two clusters of several members become one: each adds the other's members to
// its own, with the numbers they have.
func (n *core) greeted(m message) {
	switch {
	case n.phase == outside, n.alone() && (m.Size > 1 || m.Leader < n.leader()):
		n.ask(m.From.Address)
	case m.Size == 1 && !n.state.Is(m.From):
		n.greet(m.From.Address)
	default:
		n.spread.owe(m.From.Address)
	}
}

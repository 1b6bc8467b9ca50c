package cluster

import (
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// execute asks the downing policy, and carries out what it decides.
func (n *core) execute() {
	if len(n.blame) == 0 {
		return
	}
	s := Situation{
		View: n.view(), Stable: max(0, n.now.Sub(n.stable)), Impaired: max(0, n.now.Sub(n.impaired)),
		Unreachable: map[transport.Address]time.Duration{},
	}
	for node, since := range n.since {
		s.Unreachable[node.Address] = n.now.Sub(since)
	}
	for _, a := range n.downing.Decide(s) {
		if i, found := n.index(a); found && n.members[i].Status < gossip.Down {
			n.log.Info("downing a member", "member", n.members[i].Node, "unreachable by", n.blame[a])
			n.set(n.state.With(gossip.Record{Node: n.members[i].Node, Status: gossip.Down}))
		}
	}
}

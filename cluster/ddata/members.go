package ddata

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
)

// members is whom a node replicates with, out of its view of the cluster.
type members struct {
	self crdt.Replica
	role string

	peers       []crdt.Replica // all others that are to have the data
	voters      []crdt.Replica // those that count, this node among them if it does
	unreachable []crdt.Replica
	lives       map[transport.Address]uint64 // everybody in the view
	leads       bool
}

// see takes a new view, and returns the peers that are new or can be reached again.
func (m *members) see(v cluster.View) (fresh []crdt.Replica) {
	before := *m
	*m = members{self: m.self, role: m.role, lives: map[transport.Address]uint64{}, leads: v.Leader == m.self.Address}
	for _, member := range v.Members {
		m.lives[member.Address] = member.Incarnation
		r := crdt.Replica{Address: member.Address, Incarnation: member.Incarnation}
		if m.role != "" && !member.HasRole(m.role) || member.Status >= cluster.Exiting {
			continue
		}
		if member.Status >= cluster.Up {
			m.voters = append(m.voters, r)
		}
		if r == m.self {
			continue
		}
		m.peers = append(m.peers, r)
		if member.Unreachable {
			m.unreachable = append(m.unreachable, r)
		} else if !slices.Contains(before.peers, r) || slices.Contains(before.unreachable, r) {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

func (m *members) isPeer(r crdt.Replica) bool { return slices.Contains(m.peers, r) }

// ended reports whether none of the lives of an address up to until is in the view.
func (m *members) ended(address transport.Address, until uint64) bool {
	now, here := m.lives[address]
	return !here || now > until
}

// caughtUp reports whether a node that has exchanged all data with those in met may
// speak for what the cluster knows. The value says whether they could at that time. What
// a majority was told before the node counted, a majority of the others knows; and if all
// have just begun, it takes all of them to be sure that there is nothing.
func (m *members) caughtUp(met map[crdt.Replica]bool) bool {
	if !slices.Contains(m.voters, m.self) {
		return false
	}
	others, all, ready := len(m.voters)-1, 0, 0
	for _, v := range m.voters {
		could, has := met[v]
		if has {
			all++
		}
		if could {
			ready++
		}
	}
	return others == all || ready >= others/2+1
}

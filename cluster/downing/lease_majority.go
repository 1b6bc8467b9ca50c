package downing

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/transport"
)

// leaseMajority is the policy LeaseMajority. It knows nothing of its lease before it has a
// node.
type leaseMajority struct {
	policy
	lease   lease.Lease
	delay   time.Duration // of a minority
	timeout time.Duration // of the lease
}

var _ cluster.NodeDowning = leaseMajority{}

// LeaseMajority returns a policy that keeps the side which gets the lease. A side with a
// majority, as KeepMajority has it, asks first, the other one WithMinorityDelay later; so
// a minority survives if the majority is gone. Of a side, the lowest address that counts
// asks, with that address and the incarnation as the owner, and decides for all.
//
// Who won does not need the lease any more, and lets it run out. All nodes must share the
// lease, and its time to live must be longer than the delay and the timeout together: no
// side may still ask when that of the winner is over. Meanwhile only the winner can win
// again.
func LeaseMajority(stableAfter time.Duration, l lease.Lease, options ...LeaseOption) cluster.Downing {
	p := leaseMajority{
		policy: policy{stableAfter: stableAfter, wins: isMajority},
		lease:  l, delay: stableAfter, timeout: 5 * time.Second,
	}
	for _, o := range options {
		o.applyLease(&p)
	}
	return p
}

// Decide implements cluster.Downing, without knowing of the lease.
func (p leaseMajority) Decide(s cluster.Situation) []transport.Address {
	down, _ := p.decide(s, unknown)
	return down
}

// OnNode implements cluster.NodeDowning.
func (p leaseMajority) OnNode(ctx context.Context, self cluster.Member) cluster.Downing {
	return &leaseNode{leaseMajority: p, ctx: ctx, owner: fmt.Sprintf("%s#%d", self.Address, self.Incarnation)}
}

// answer is what is known of the lease.
type answer uint8

const (
	unknown answer = iota
	granted
	denied
)

// decide returns whom to down, or whether the node has to ask for the lease first.
func (p leaseMajority) decide(s cluster.Situation, a answer) (down []transport.Address, ask bool) {
	if p.isUnstable(s) {
		return addresses(living(s.View)), false
	}
	if s.Stable < p.stableAfter {
		return nil, false
	}
	v := p.judge(s.View)
	waited := s.Stable - p.due(v)
	if !v.wins {
		waited -= p.delay
	}
	asker, _ := leaderOf(v.group)
	patience := p.timeout
	if asker != s.View.Self {
		patience *= 2 // who asks is heard of at the end of its own patience
	}
	switch {
	case waited < 0:
		return nil, false
	case a == granted:
		return v.others, false
	case a == denied, waited >= patience:
		return addresses(v.side), false
	}
	return nil, asker == s.View.Self
}

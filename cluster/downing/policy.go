package downing

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// policy is what all policies have in common. They differ in who wins.
type policy struct {
	stableAfter time.Duration
	margin      time.Duration // of DownAllWhenUnstable; 0 is never
	role        string        // of those who count; "" is any
	wins        func(tally) bool
}

var _ cluster.Downing = policy{}

func newPolicy(stableAfter time.Duration, wins func(tally) bool, options []Option) policy {
	p := policy{stableAfter: stableAfter, wins: wins}
	for _, o := range options {
		o.apply(&p)
	}
	return p
}

// Decide implements cluster.Downing.
func (p policy) Decide(s cluster.Situation) []transport.Address {
	switch {
	case p.isUnstable(s):
		return addresses(living(s.View))
	case s.Stable < p.stableAfter:
		return nil
	}
	v := p.judge(s.View)
	switch {
	case s.Stable < p.due(v):
		return nil
	case v.wins:
		return v.others
	}
	return addresses(v.side)
}

// due returns how long the view has to be stable for the verdict to count. Where some of
// the side have to go in any case, it may be that a member on the other side of a split is
// only slow to notice. There is time to see, since all still reach each other.
func (p policy) due(v verdict) time.Duration {
	if len(v.group) < len(v.side) {
		return 2 * p.stableAfter
	}
	return p.stableAfter
}

// isUnstable reports whether the view should have become stable by now.
func (p policy) isUnstable(s cluster.Situation) bool {
	return p.margin > 0 && s.Stable < p.stableAfter && s.Impaired >= p.stableAfter+p.margin
}

// verdict is what a policy makes of a view.
type verdict struct {
	side   []cluster.Member    // the node's own, of which some may have to go in any case
	group  []cluster.Member    // those of it who would survive
	others []transport.Address // everybody else, who goes if the group wins
	wins   bool
}

// judge finds the group on the node's own side that wins, or the one that would be the
// best if none does.
func (p policy) judge(v cluster.View) verdict {
	members := living(v)
	side, groups := sideOf(v.Self, members)
	if len(groups) == 0 {
		return verdict{}
	}
	best := verdict{side: side}
	for _, group := range groups {
		t := p.count(group, members)
		if wins := p.wins(t); wins || best.group == nil {
			best.group, best.wins = group, wins
		}
		if best.wins {
			break
		}
	}
	best.others = addresses(without(members, best.group))
	return best
}

// living returns the members that have not been given up, by address.
func living(v cluster.View) []cluster.Member {
	return slices.DeleteFunc(slices.Clone(v.Members), func(m cluster.Member) bool { return m.Status >= cluster.Down })
}

func without(members, group []cluster.Member) []cluster.Member {
	return slices.DeleteFunc(slices.Clone(members), func(m cluster.Member) bool { return has(group, m.Address) })
}

func has(members []cluster.Member, a transport.Address) bool {
	return slices.ContainsFunc(members, func(m cluster.Member) bool { return m.Address == a })
}

// addresses returns those of the members, in order.
func addresses(members []cluster.Member) []transport.Address {
	out := make([]transport.Address, len(members))
	for i, m := range members {
		out[i] = m.Address
	}
	slices.Sort(out)
	return out
}

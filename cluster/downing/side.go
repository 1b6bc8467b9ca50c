package downing

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// sideOf returns the members on the same side of all cuts as self, and the groups of them
// that could go on, the best first: in a group all hear each other.
func sideOf(self transport.Address, members []cluster.Member) (side []cluster.Member, groups [][]cluster.Member) {
	if !has(members, self) {
		return nil, nil
	}
	if len(members) > gossip.SmallCluster {
		side = accusedLike(self, members)
		return side, [][]cluster.Member{side}
	}
	side = connected(self, members)
	return side, newCircle(side).groups()
}

// accusedLike returns those who are unreachable, or those who are not, whichever self is
// one of. In a cluster of more than ten only a few watch each member, and nobody knows
// whom the rest of them hears.
func accusedLike(self transport.Address, members []cluster.Member) []cluster.Member {
	i := slices.IndexFunc(members, func(m cluster.Member) bool { return m.Address == self })
	return slices.DeleteFunc(slices.Clone(members), func(m cluster.Member) bool {
		return m.Unreachable != members[i].Unreachable
	})
}

// connected returns those with whom self can exchange messages, if by way of others.
func connected(self transport.Address, members []cluster.Member) []cluster.Member {
	side := slices.DeleteFunc(slices.Clone(members), func(m cluster.Member) bool { return m.Address != self })
	for i := 0; i < len(side); i++ {
		for _, m := range members {
			if !has(side, m.Address) && hear(side[i], m) {
				side = append(side, m)
			}
		}
	}
	return side
}

// hear reports whether two members hear each other, as far as anybody knows.
func hear(m, n cluster.Member) bool {
	return !slices.Contains(m.UnreachableBy, n.Address) && !slices.Contains(n.UnreachableBy, m.Address)
}

// circle is members, and for each of them a bit for everyone that hears it and is heard,
// itself included. The oldest has the highest bit.
type circle struct {
	members []cluster.Member // the youngest first
	hears   []uint
}

func newCircle(side []cluster.Member) circle {
	c := circle{slices.SortedFunc(slices.Values(side), func(m, n cluster.Member) int { return byAge(n, m) }), make([]uint, len(side))}
	for i, m := range c.members {
		for j, n := range c.members {
			if hear(m, n) {
				c.hears[i] |= 1 << j
			}
		}
	}
	return c
}

// groups returns the groups that hear each other: larger ones first, and of the same size
// those of older members. If all hear each other there is just one.
func (c circle) groups() [][]cluster.Member {
	all := uint(1)<<len(c.members) - 1
	if c.agree(all) {
		return [][]cluster.Member{c.members}
	}
	var masks []uint
	for mask := all; mask > 0; mask-- {
		if c.agree(mask) {
			masks = append(masks, mask)
		}
	}
	slices.SortFunc(masks, func(x, y uint) int {
		return cmp.Or(cmp.Compare(bits.OnesCount(y), bits.OnesCount(x)), cmp.Compare(y, x))
	})
	groups := make([][]cluster.Member, len(masks))
	for i, mask := range masks {
		groups[i] = c.those(mask)
	}
	return groups
}

// agree reports whether all of the mask hear each other.
func (c circle) agree(mask uint) bool {
	for i, hears := range c.hears {
		if mask&(1<<i) != 0 && mask&^hears != 0 {
			return false
		}
	}
	return true
}

func (c circle) those(mask uint) []cluster.Member {
	var out []cluster.Member
	for i, m := range c.members {
		if mask&(1<<i) != 0 {
			out = append(out, m)
		}
	}
	return out
}

package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/transport"
)

// Partition cuts the links between two roles, both ways. When it returns, no frame
// crosses, one under way included; all other links go on. The cut outlives crashes
// and restarts, and may be made before a role starts.
func (c *Cluster) Partition(a, b string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Partition")
	return c.cut(fmt.Sprintf("partition(%s, %s)", a, b), c.Pair(a, b))
}

// PartitionOneWay cuts the link from one role to another: to no longer hears from,
// from still hears to.
func (c *Cluster) PartitionOneWay(from, to string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("PartitionOneWay")
	return c.cut(fmt.Sprintf("partition one way(%s > %s)", from, to), c.Link(from, to))
}

// Isolate cuts a role off from all others.
func (c *Cluster) Isolate(role string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Isolate")
	return c.cut("isolate("+role+")", c.Around(role))
}

// Split cuts every link between two different groups of roles and leaves those
// within a group alone. Roles in no group keep all their links.
func (c *Cluster) Split(groups ...RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Split")
	l := c.Across(groups...)
	return c.cut("split("+l.text+")", l)
}

// Bridge splits two groups that both keep their links to one role: neither is cut off, and
// yet they do not see each other.
func (c *Cluster) Bridge(left RoleNames, over string, right RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Bridge")
	l := c.Across(left, right)
	if l.err == nil {
		l.err = c.checkRoles(append([]string{over}, slices.Concat(left, right)...))
	}
	return c.cut(fmt.Sprintf("bridge(%s | %s | %s)", strings.Join(left, ", "), over, strings.Join(right, ", ")), l)
}

// Ring leaves each role the links to the two beside it, in the order of MultiNode, whose
// last stands beside the first. It needs four roles.
func (c *Cluster) Ring() *Fault {
	ginkgo.GinkgoHelper()
	c.use("Ring")
	return c.cut("ring", c.nearby(1))
}

// OverlappingMajorities leaves each role the links to just so many around it, in the
// order of MultiNode, that it sees a majority: each another one. It needs four roles. What
// it does is known from Jepsen as a majorities ring.
func (c *Cluster) OverlappingMajorities() *Fault {
	ginkgo.GinkgoHelper()
	c.use("OverlappingMajorities")
	others := len(c.plan.roles) / 2 // beside itself
	return c.cut("overlapping majorities", c.nearby((others+1)/2))
}

// nearby selects the links that lead further than reach round the circle of roles.
func (c *Cluster) nearby(reach int) *Links {
	n := len(c.plan.roles)
	l := c.selection("ring", nil, c.pairs(func(from, to string) bool {
		d := slices.Index(c.plan.roles, from) - slices.Index(c.plan.roles, to)
		d = max(d, -d)
		return min(d, n-d) > reach
	}))
	if n < 4 {
		l.err = fmt.Errorf("needs four roles or more: the roles are %s", strings.Join(c.plan.roles, ", "))
	}
	return l
}

// Heal mends the links between two roles, both ways, however they were cut. What was
// dropped meanwhile stays lost.
func (c *Cluster) Heal(a, b string) {
	ginkgo.GinkgoHelper()
	c.use("Heal")
	c.mend([]string{a, b}, c.both(a, b), "heal(%s, %s)", a, b)
}

// HealOneWay mends the link from one role to another.
func (c *Cluster) HealOneWay(from, to string) {
	ginkgo.GinkgoHelper()
	c.use("HealOneWay")
	c.mend([]string{from, to}, c.links(from, to), "heal one way(%s > %s)", from, to)
}

// Rejoin mends every link of a role: it undoes Isolate.
func (c *Cluster) Rejoin(role string) {
	ginkgo.GinkgoHelper()
	c.use("Rejoin")
	c.mend([]string{role}, c.around(role), "rejoin(%s)", role)
}

// HealAll mends every link, however it was cut. Faults that are no cuts (Limit, Delay, MTU...) go
// on: they end with their Undo, or the spec.
func (c *Cluster) HealAll() {
	ginkgo.GinkgoHelper()
	c.use("HealAll")
	var links []transport.Link
	for _, role := range c.plan.roles {
		for _, other := range c.plan.roles {
			links = append(links, c.links(role, other)...)
		}
	}
	c.mend(nil, links, "heal all")
}

// cut begins a cut of links.
func (c *Cluster) cut(verb string, l *Links) *Fault {
	ginkgo.GinkgoHelper()
	f := &Fault{links: l, verb: verb, where: types.NewCodeLocation(0)}
	f.fault.Links, f.fault.Cut = l.links, true
	return f.begin()
}

func (c *Cluster) mend(roles []string, links []transport.Link, format string, args ...any) {
	ginkgo.GinkgoHelper()
	verb := fmt.Sprintf(format, args...)
	err := c.checkRoles(roles)
	if err == nil {
		ctx := c.context()
		c.note(ctx, "%s", verb)
		err = c.stage.Mend(ctx, links)
	}
	c.must(wrap(err, "%s", verb))
}

// checkRoles returns an error unless the roles exist and are all different.
func (c *Cluster) checkRoles(roles []string) error {
	if err := differentRoles(c.plan.roles, roles); err != nil {
		return err
	}
	if len(c.plan.roles) < 2 {
		return errors.New("the spec has one role only, and so no link")
	}
	return nil
}

func differentRoles(all, named []string) error {
	for i, role := range named {
		if err := knownRole(all, role); err != nil {
			return err
		}
		if slices.Contains(named[:i], role) {
			return fmt.Errorf("role %q is named twice: a link needs two different roles", role)
		}
	}
	return nil
}

func (c *Cluster) around(role string) (links []transport.Link) {
	for _, other := range c.plan.roles {
		if other != role {
			links = append(links, c.both(role, other)...)
		}
	}
	return links
}

func (c *Cluster) both(a, b string) []transport.Link {
	return slices.Concat(c.links(a, b), c.links(b, a))
}

// links returns the links from one role to another: of the frames that their nodes open
// by themselves, and of their Networks.
func (c *Cluster) links(from, to string) []transport.Link {
	return []transport.Link{
		{From: c.plan.addressOf(from), To: c.plan.addressOf(to)},
		{From: c.plan.netAddressOf(from), To: c.plan.netAddressOf(to)},
	}
}

func first(names []string) string { return names[0] }

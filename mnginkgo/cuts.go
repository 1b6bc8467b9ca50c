package mnginkgo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Partition cuts the links between two roles, both ways. When it returns, no frame
// crosses, one under way included; all other links go on. The cut outlives crashes
// and restarts, and may be made before a role starts.
func (c *Cluster) Partition(a, b string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Partition")
	return c.partition(a, b).begun()
}

func (c *Cluster) partition(a, b string) *Fault {
	ginkgo.GinkgoHelper()
	return c.pair(a, b).cut(fmt.Sprintf("partition(%s, %s)", a, b))
}

// PartitionOneWay cuts the link from one role to another: to no longer hears from,
// from still hears to.
func (c *Cluster) PartitionOneWay(from, to string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("PartitionOneWay")
	return c.oneWay(from, to).begun()
}

func (c *Cluster) oneWay(from, to string) *Fault {
	ginkgo.GinkgoHelper()
	return c.link(from, to).cut(fmt.Sprintf("partition one way(%s > %s)", from, to))
}

// Isolate cuts a role off from all others.
func (c *Cluster) Isolate(role string) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Isolate")
	return c.isolate(role).begun()
}

func (c *Cluster) isolate(role string) *Fault {
	ginkgo.GinkgoHelper()
	return c.around(role).cut("isolate(" + role + ")")
}

// Split cuts every link between two different groups of roles and leaves those
// within a group alone. Roles in no group keep all their links.
func (c *Cluster) Split(groups ...RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Split")
	return c.split(groups...).begun()
}

func (c *Cluster) split(groups ...RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	l := c.across(groups...)
	return l.cut("split(" + l.text + ")")
}

// Bridge splits two groups that both keep their links to one role: neither is cut off, and
// yet they do not see each other.
func (c *Cluster) Bridge(left RoleNames, over string, right RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	c.use("Bridge")
	return c.bridge(left, over, right).begun()
}

func (c *Cluster) bridge(left RoleNames, over string, right RoleNames) *Fault {
	ginkgo.GinkgoHelper()
	l := c.across(left, right)
	if err := names.Different(c.plan.roles, slices.Concat([]string{over}, left, right)); l.err == nil {
		l.err = err
	}
	return l.cut(fmt.Sprintf("bridge(%s | %s | %s)", strings.Join(left, ", "), over, strings.Join(right, ", ")))
}

// Ring leaves each role the links to the two beside it, in the order of MultiNode, whose
// last stands beside the first. It needs four roles.
func (c *Cluster) Ring() *Fault {
	ginkgo.GinkgoHelper()
	c.use("Ring")
	return c.ring().begun()
}

func (c *Cluster) ring() *Fault {
	ginkgo.GinkgoHelper()
	return c.beyond(1).cut("ring")
}

// OverlappingMajorities leaves each role the links to just so many around it, in the
// order of MultiNode, that it sees a majority: each another one. It needs four roles. What
// it does is known from Jepsen as a majorities ring.
func (c *Cluster) OverlappingMajorities() *Fault {
	ginkgo.GinkgoHelper()
	c.use("OverlappingMajorities")
	return c.overlappingMajorities().begun()
}

func (c *Cluster) overlappingMajorities() *Fault {
	ginkgo.GinkgoHelper()
	others := len(c.plan.roles) / 2 // beside itself
	return c.beyond((others + 1) / 2).cut("overlapping majorities")
}

// Heal mends the links between two roles, both ways, however they were cut. What was
// dropped meanwhile stays lost.
func (c *Cluster) Heal(a, b string) {
	ginkgo.GinkgoHelper()
	c.use("Heal")
	c.pair(a, b).mend(fmt.Sprintf("heal(%s, %s)", a, b))
}

// HealOneWay mends the link from one role to another.
func (c *Cluster) HealOneWay(from, to string) {
	ginkgo.GinkgoHelper()
	c.use("HealOneWay")
	c.link(from, to).mend(fmt.Sprintf("heal one way(%s > %s)", from, to))
}

// Rejoin mends every link of a role: it undoes Isolate.
func (c *Cluster) Rejoin(role string) {
	ginkgo.GinkgoHelper()
	c.use("Rejoin")
	c.around(role).mend("rejoin(" + role + ")")
}

// HealAll mends every link, however it was cut. Faults that are no cuts (Limit, Delay, MTU...) go
// on: they end with their Undo, or the spec.
func (c *Cluster) HealAll() {
	ginkgo.GinkgoHelper()
	c.use("HealAll")
	c.allLinks().mend("heal all")
}

func (l *Links) mend(verb string) {
	ginkgo.GinkgoHelper()
	c, err := l.cluster, l.err
	if err == nil {
		ctx := c.context()
		c.note(ctx, verb)
		err = stage.Mend.Tell(ctx, c.stage, l.links())
	}
	c.must(stage.Wrap(err, "%s", verb))
}

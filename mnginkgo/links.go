package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/transport"
)

// Partition cuts the links between two roles, both ways. When it returns, no frame
// crosses, one under way included; all other links go on. The cut outlives crashes
// and restarts, and may be made before a role starts.
func (c *Cluster) Partition(a, b string) {
	ginkgo.GinkgoHelper()
	c.cut([]string{a, b}, c.both(a, b), "partition(%s, %s)", a, b)
}

// PartitionOneWay cuts the link from one role to another: to no longer hears from,
// from still hears to.
func (c *Cluster) PartitionOneWay(from, to string) {
	ginkgo.GinkgoHelper()
	c.cut([]string{from, to}, c.links(from, to), "partition one way(%s > %s)", from, to)
}

// Isolate cuts a role off from all others.
func (c *Cluster) Isolate(role string) {
	ginkgo.GinkgoHelper()
	c.cut([]string{role}, c.around(role), "isolate(%s)", role)
}

// Split cuts every link between two different groups of roles and leaves those
// within a group alone. Roles in no group keep all their links.
func (c *Cluster) Split(groups ...RoleNames) {
	ginkgo.GinkgoHelper()
	all := slices.Concat(groups...)
	if len(groups) < 2 {
		c.must(fmt.Errorf(`split needs two groups or more: Split(Roles(%q), Roles(%q))`, first(c.plan.roles), "..."))
	}
	names := make([]string, len(groups))
	var links []transport.Link
	for i, group := range groups {
		names[i] = strings.Join(group, ", ")
		for _, other := range groups[:i] {
			for _, a := range group {
				for _, b := range other {
					links = append(links, c.both(a, b)...)
				}
			}
		}
	}
	c.cut(all, links, "split(%s)", strings.Join(names, " | "))
}

// Heal mends the links between two roles, both ways, however they were cut. What was
// dropped meanwhile stays lost.
func (c *Cluster) Heal(a, b string) {
	ginkgo.GinkgoHelper()
	c.mend([]string{a, b}, c.both(a, b), "heal(%s, %s)", a, b)
}

// HealOneWay mends the link from one role to another.
func (c *Cluster) HealOneWay(from, to string) {
	ginkgo.GinkgoHelper()
	c.mend([]string{from, to}, c.links(from, to), "heal one way(%s > %s)", from, to)
}

// Rejoin mends every link of a role: it undoes Isolate.
func (c *Cluster) Rejoin(role string) {
	ginkgo.GinkgoHelper()
	c.mend([]string{role}, c.around(role), "rejoin(%s)", role)
}

// HealAll mends every link.
func (c *Cluster) HealAll() {
	ginkgo.GinkgoHelper()
	var links []transport.Link
	for _, role := range c.plan.roles {
		for _, other := range c.plan.roles {
			links = append(links, c.links(role, other)...)
		}
	}
	c.mend(nil, links, "heal all")
}

func (c *Cluster) cut(roles []string, links []transport.Link, format string, args ...any) {
	ginkgo.GinkgoHelper()
	c.onLinks(c.stage.Cut, roles, links, format, args...)
}

func (c *Cluster) mend(roles []string, links []transport.Link, format string, args ...any) {
	ginkgo.GinkgoHelper()
	c.onLinks(c.stage.Mend, roles, links, format, args...)
}

func (c *Cluster) onLinks(do func(context.Context, []transport.Link) error, roles []string, links []transport.Link, format string, args ...any) {
	ginkgo.GinkgoHelper()
	verb := fmt.Sprintf(format, args...)
	err := c.checkRoles(roles)
	if err == nil {
		ctx := c.context()
		c.note(ctx, "%s", verb)
		err = do(ctx, links)
	}
	c.must(wrap(err, "%s", verb))
}

// checkRoles returns an error unless the roles exist and are all different.
func (c *Cluster) checkRoles(roles []string) error {
	for i, role := range roles {
		if err := knownRole(c.plan.roles, role); err != nil {
			return err
		}
		if slices.Contains(roles[:i], role) {
			return fmt.Errorf("role %q is named twice: a link needs two different roles", role)
		}
	}
	if len(c.plan.roles) < 2 {
		return errors.New("the spec has one role only, and so no link")
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

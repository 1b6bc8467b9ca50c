package mnginkgo

import (
	"fmt"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Partition cuts the links between two roles, both ways. When it returns, no frame
// crosses, one under way included; all other links go on. The cut outlives crashes
// and restarts, and may be made before a role starts.
func (c *Cluster) Partition(a, b string) *Fault {
	c.use("Partition")
	return c.partition(a, b).begun()
}

func (c *Cluster) partition(a, b string) *Fault {
	return c.pair(a, b).cut("partition")
}

// Isolate cuts a role off from all others.
func (c *Cluster) Isolate(role string) *Fault {
	c.use("Isolate")
	return c.isolate(role).begun()
}

func (c *Cluster) isolate(role string) *Fault {
	l := c.around(role)
	l.text = role // for the message
	return l.cut("isolate")
}

// Split cuts every link between two different groups of roles and leaves those
// within a group alone. Roles in no group keep all their links.
func (c *Cluster) Split(groups ...RoleNames) *Fault {
	c.use("Split")
	return c.split(groups...).begun()
}

func (c *Cluster) split(groups ...RoleNames) *Fault {
	return c.across(groups...).cut("split")
}

// Heal mends the links between two roles, both ways: it is Mend of their Pair.
func (c *Cluster) Heal(a, b string) {
	c.use("Heal")
	c.pair(a, b).mend(fmt.Sprintf("heal(%s, %s)", a, b))
}

// HealAll mends every link: it is Mend of AllLinks.
func (c *Cluster) HealAll() {
	c.use("HealAll")
	c.allLinks().mend("heal all")
}

// Mend undoes all cuts of the links, whatever verbs have made them: after Isolate(role), it is
// Around(role).Mend(). What was dropped meanwhile stays lost. Undo of a Fault undoes
// one cut and leaves the others of its links. Faults that are no cuts (Limit, Delay, MTU...) go on:
// they end with their Undo, or the spec.
func (l *Links) Mend() {
	l.owner().use("Mend")
	l.mend("mend(" + l.text + ")")
}

func (l *Links) mend(verb string) {
	c, err := l.cluster, l.err
	if err == nil {
		ctx := c.context()
		c.note(ctx, verb)
		err = c.stage.Mend(ctx, l.links())
	}
	c.must(stage.Wrap(err, "%s", verb))
}

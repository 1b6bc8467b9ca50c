package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Links is a selection of links between roles, for a fault or to be looked at. Frames of
// Env.Network count as well as those that nodes send by themselves.
//
// Its verbs put a fault on each of the links and return when it is in force. It lasts
// until Undo or the end of the spec, also while roles crash and restart. Faults of several
// verbs on a link act one after another, in the order of the verbs. What is random in
// them is drawn from the spec's seed. Between two roles, the frames that nodes send by
// themselves and those of Env.Network have a rate and a count of their own each.
type Links struct {
	cluster *Cluster
	text    string
	pairs   [][2]string // of roles, from and to
	err     error       // a mistake in the selection, for the verb, which knows more
}

func (l *Links) owner() *Cluster {
	if l == nil {
		return nil
	}
	return l.cluster
}

// Link selects the link from one role to another.
func (c *Cluster) Link(from, to string) *Links {
	c.use("Link")
	return c.selected(fmt.Sprintf("%s > %s", from, to), []string{from, to}, [][2]string{{from, to}})
}

// Pair selects the two links between two roles.
func (c *Cluster) Pair(a, b string) *Links {
	c.use("Pair")
	return c.selected(a+", "+b, []string{a, b}, [][2]string{{a, b}, {b, a}})
}

// Around selects all links from and to a role.
func (c *Cluster) Around(role string) *Links {
	c.use("Around")
	return c.selected("around "+role, []string{role}, c.pairs(func(from, to string) bool { return from == role || to == role }))
}

// Among selects all links between the roles of a group.
func (c *Cluster) Among(roles ...string) *Links {
	c.use("Among")
	return c.selected("among "+strings.Join(roles, ", "), roles, c.pairs(func(from, to string) bool {
		return slices.Contains(roles, from) && slices.Contains(roles, to)
	}))
}

// Across selects the links between different groups of roles, both ways.
func (c *Cluster) Across(groups ...RoleNames) *Links {
	c.use("Across")
	groupOf, texts := map[string]int{}, make([]string, len(groups))
	for i, group := range groups {
		texts[i] = strings.Join(group, ", ")
		for _, role := range group {
			groupOf[role] = i + 1
		}
	}
	l := c.selected(strings.Join(texts, " | "), slices.Concat(groups...), c.pairs(func(from, to string) bool {
		return groupOf[from] != groupOf[to] && groupOf[from] != 0 && groupOf[to] != 0
	}))
	if len(groups) < 2 {
		l.err = fmt.Errorf("needs two groups or more: Roles(%q), Roles(%q)", c.roles.Names[0], "...")
	}
	return l
}

// AllLinks selects all links of the spec.
func (c *Cluster) AllLinks() *Links {
	c.use("AllLinks")
	return c.selected("all links", nil, c.pairs(func(string, string) bool { return true }))
}

// Beyond selects the links between roles that are more than reach apart on a ring: they stand on it
// in the order of MultiNode, and the last one beside the first. Cut leaves a ring if the reach is 1. If
// it is (n/2+1)/2 of n roles, Cut leaves each one a majority that it sees, and no two the same: that is
// known from Jepsen as a majorities ring.
func (c *Cluster) Beyond(reach int) *Links {
	c.use("Beyond")
	n := len(c.roles.Names)
	l := c.selected(fmt.Sprintf("beyond %d", reach), nil, c.pairs(func(from, to string) bool {
		d := slices.Index(c.roles.Names, from) - slices.Index(c.roles.Names, to)
		d = max(d, -d)
		return min(d, n-d) > reach
	}))
	if len(l.pairs) == 0 {
		l.err = fmt.Errorf("no two roles are further apart than %d: the roles are %s", reach, strings.Join(c.roles.Names, ", "))
	}
	return l
}

// selected makes a Links of ordered pairs of roles. The named ones must exist, and differ.
func (c *Cluster) selected(text string, named []string, pairs [][2]string) *Links {
	err := names.Different(c.roles.Names, named)
	switch {
	case err != nil:
	case len(c.roles.Names) < 2:
		err = errors.New("the spec has one role only, and so no link")
	case len(pairs) == 0:
		err = errors.New("there is no link between these roles")
	}
	return &Links{c, text, pairs, err}
}

// pairs returns the ordered pairs of different roles that want accepts.
func (c *Cluster) pairs(want func(from, to string) bool) (pairs [][2]string) {
	for _, from := range c.roles.Names {
		for _, to := range c.roles.Names {
			if from != to && want(from, to) {
				pairs = append(pairs, [2]string{from, to})
			}
		}
	}
	return pairs
}

// links returns the links as the stage knows them. From one role to another there are two: of the
// frames that their nodes send by themselves, and of their Networks.
func (l *Links) links() (all []transport.Link) {
	roles := l.cluster.roles
	for _, pair := range l.pairs {
		from, to := pair[0], pair[1]
		all = append(all, transport.Link{From: roles.Address(from), To: roles.Address(to)},
			transport.Link{From: roles.NetAddress(from), To: roles.NetAddress(to)})
	}
	return all
}

// refuse notes a mistake in what a verb is given, unless there is one in the selection.
func (l *Links) refuse(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

// cut describes a cut by a verb that has not begun.
func (l *Links) cut(verb string) *Fault {
	return l.fault(verb+"("+l.text+")", stage.Fault{Cut: true})
}

func (l *Links) reset() (total int, err error) {
	c, verb := l.cluster, "reset("+l.text+")"
	if l.err != nil {
		return 0, stage.Wrap(l.err, "%s", verb)
	}
	ctx := c.context()
	ended := c.note(ctx, verb)
	peers := map[string][]string{}
	for _, pair := range l.pairs {
		peers[pair[0]] = append(peers[pair[0]], pair[1])
	}
	for _, role := range c.cast.Running() {
		n, err := call(ctx, c, role, seat.Reset, peers[role])
		if err != nil {
			return total, ended(stage.Wrap(err, "%s", verb))
		}
		total += n
	}
	return total, ended(nil)
}

func (c *Cluster) isolate(role string) *Fault {
	l := c.Around(role)
	l.text = role // for the message
	return l.cut("isolate")
}

// Fault is a fault that a verb has put on links.
type Fault struct {
	links *Links
	does  *faults.Fault
}

func (f *Fault) owner() *Cluster {
	if f == nil {
		return nil
	}
	return f.links.cluster
}

// fault describes a fault that has not begun, under the verb as in messages.
func (l *Links) fault(verb string, f stage.Fault) *Fault {
	f.Links, f.Rule.Seed = l.links(), l.cluster.book.SeedOf(verb)
	return &Fault{l, &faults.Fault{Fault: f, Verb: verb, MustBite: l.cluster.bites}}
}

// ruled describes a fault that is a rule for frames.
func (l *Links) ruled(verb string, rule fault.Fault) *Fault {
	return l.fault(fmt.Sprintf("%s(%s: %v)", verb, l.text, rule), stage.Fault{Rule: rule})
}

// begun puts the fault in force, or fails the spec.
func (f *Fault) begun() *Fault {
	f.links.cluster.must(f.begin(types.NewCodeLocation(outside())))
	return f
}

func (f *Fault) begin(where types.CodeLocation) error {
	f.does.Where = where.String()
	err := f.links.err
	if err == nil {
		err = f.links.cluster.book.Begin(f.links.cluster.context(), f.does)
	}
	return stage.Wrap(err, "%s", f.does.Verb)
}

// Undo ends the fault. What it has dropped stays lost; what waits for a delay arrives when
// that is over, and what waits for its turn on a limited link at once. Other faults of the links stay. Undoing twice does nothing.
func (f *Fault) Undo() {
	f.owner().use("Undo")
	f.owner().must(f.undo())
}

func (f *Fault) undo() error {
	c := f.links.cluster
	return stage.Wrap(c.book.Undo(c.context(), f.does), "undo %s", f.does.Verb)
}

// MustBite has the spec fail when it ends if the fault had no effect on any frame while it
// lasted, as a test that would pass without its fault shows nothing. The option MustBite
// asks that of all faults of a spec. Without it the spec's entry names such faults.
func (f *Fault) MustBite() *Fault {
	f.owner().use("MustBite")
	f.does.MustBite = true
	return f
}

// Bites returns on how many frames the fault has had an effect so far.
func (f *Fault) Bites() uint64 {
	f.owner().use("Bites")
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout) // a failing spec is looked at, too
	defer cancel()
	bites, err := f.links.cluster.book.Bites(ctx, f.does)
	f.links.cluster.must(stage.Wrap(err, "bites of %s", f.does.Verb))
	return bites
}

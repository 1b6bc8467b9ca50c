package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	return c.link(from, to)
}

func (c *Cluster) link(from, to string) *Links {
	return c.selected(fmt.Sprintf("%s > %s", from, to), []string{from, to}, [][2]string{{from, to}})
}

// Pair selects the two links between two roles.
func (c *Cluster) Pair(a, b string) *Links {
	c.use("Pair")
	return c.pair(a, b)
}

func (c *Cluster) pair(a, b string) *Links {
	return c.selected(a+", "+b, []string{a, b}, [][2]string{{a, b}, {b, a}})
}

// Around selects all links from and to a role.
func (c *Cluster) Around(role string) *Links {
	c.use("Around")
	return c.around(role)
}

func (c *Cluster) around(role string) *Links {
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
	return c.across(groups...)
}

func (c *Cluster) across(groups ...RoleNames) *Links {
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
		l.err = fmt.Errorf("needs two groups or more: Roles(%q), Roles(%q)", c.plan.roles[0], "...")
	}
	return l
}

// AllLinks selects all links of the spec.
func (c *Cluster) AllLinks() *Links {
	c.use("AllLinks")
	return c.allLinks()
}

func (c *Cluster) allLinks() *Links {
	return c.selected("all links", nil, c.pairs(func(string, string) bool { return true }))
}

// Beyond selects the links between roles that are more than reach apart on a ring: they stand on it
// in the order of MultiNode, and the last one beside the first. Cut leaves a ring if the reach is 1. If
// it is (n/2+1)/2 of n roles, Cut leaves each one a majority that it sees, and no two the same: that is
// known from Jepsen as a majorities ring.
func (c *Cluster) Beyond(reach int) *Links {
	c.use("Beyond")
	return c.beyond(reach)
}

func (c *Cluster) beyond(reach int) *Links {
	n := len(c.plan.roles)
	l := c.selected(fmt.Sprintf("beyond %d", reach), nil, c.pairs(func(from, to string) bool {
		d := slices.Index(c.plan.roles, from) - slices.Index(c.plan.roles, to)
		d = max(d, -d)
		return min(d, n-d) > reach
	}))
	if len(l.pairs) == 0 {
		l.err = fmt.Errorf("no two roles are further apart than %d: the roles are %s", reach, strings.Join(c.plan.roles, ", "))
	}
	return l
}

// selected makes a Links of ordered pairs of roles. The named ones must exist, and differ.
func (c *Cluster) selected(text string, named []string, pairs [][2]string) *Links {
	err := names.Different(c.plan.roles, named)
	switch {
	case err != nil:
	case len(c.plan.roles) < 2:
		err = errors.New("the spec has one role only, and so no link")
	case len(pairs) == 0:
		err = errors.New("there is no link between these roles")
	}
	return &Links{c, text, pairs, err}
}

// pairs returns the ordered pairs of different roles that want accepts.
func (c *Cluster) pairs(want func(from, to string) bool) (pairs [][2]string) {
	for _, from := range c.plan.roles {
		for _, to := range c.plan.roles {
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
	p := l.cluster.plan
	for _, pair := range l.pairs {
		from, to := pair[0], pair[1]
		all = append(all, transport.Link{From: p.addressOf(from), To: p.addressOf(to)},
			transport.Link{From: p.netAddressOf(from), To: p.netAddressOf(to)})
	}
	return all
}

// refuse notes a mistake in what a verb is given, unless there is one in the selection.
func (l *Links) refuse(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

// Cut drops every frame, those under way when it begins included.
func (l *Links) Cut() *Fault {
	l.owner().use("Cut")
	return l.cut("cut").begun()
}

// cut describes a cut by a verb that has not begun.
func (l *Links) cut(verb string) *Fault {
	return l.fault(verb+"("+l.text+")", stage.Fault{Cut: true})
}

// Delay has each frame arrive later, by an amount that is drawn for it, in the order of
// sending; but a datagram of Env.Network waits for its own amount only, so that one that is
// sent later may overtake it, as jitter has it. The delays are made with fault.Constant, fault.Uniform, fault.Normal or
// fault.Exponential.
func (l *Links) Delay(by fault.Delay) *Fault {
	l.owner().use("Delay")
	return l.inflict("delay", fault.Fault{Kind: fault.Latency, Delay: by})
}

// Lose drops a share of the frames, from 0 to 1, drawn for each.
func (l *Links) Lose(share float64) *Fault {
	l.owner().use("Lose")
	return l.inflict("lose", fault.Fault{Kind: fault.Loss, Share: share})
}

// LoseInBursts drops frames that come one after another, as links do that are bad for a while.
// fault.Bursts(0.05, 8) is a share of 5% on average, in bursts of 8 frames; a
// fault.GilbertElliott says more.
func (l *Links) LoseInBursts(bursts fault.GilbertElliott) *Fault {
	l.owner().use("LoseInBursts")
	return l.inflict("lose in bursts", fault.Fault{Kind: fault.BurstLoss, Bursts: bursts})
}

// MTU bounds the IP packets of the links, in bytes, 28 of which are headers of a datagram: at
// 1500 it has up to 1472 of its own. Datagrams of Env.Network that are longer are dropped, as
// they are by a path that lets no fragments through, or by any if they must not be fragmented
// (as QUIC wants it). With the option Fragmented they are lost as their fragments are: Lose and
// LoseInBursts, on the same link, ask for each, and a datagram arrives if all do; without them
// that has no effect, and does not count as one for MustBite. Other frames do not notice: who
// sends them cuts them to size.
func (l *Links) MTU(bytes int, options ...MTUOption) *Fault {
	l.owner().use("MTU")
	rule := fault.Fault{Kind: fault.MTU, Size: bytes}
	for _, o := range options {
		if o == nil {
			l.refuse("an option is nil: the only one is Fragmented()")
			continue
		}
		o.applyMTU(&rule)
	}
	return l.inflict("mtu", rule)
}

// MTUOption is a choice made in MTU.
type MTUOption interface{ applyMTU(*fault.Fault) }

type mtuOption func(*fault.Fault)

func (o mtuOption) applyMTU(f *fault.Fault) { o(f) }

// Fragmented lets datagrams that are too long for one packet pass in fragments. The default is
// to drop them.
func Fragmented() MTUOption { return mtuOption(func(f *fault.Fault) { f.Fragmented = true }) }

// Duplicate delivers a share of the frames, from 0 to 1, twice.
func (l *Links) Duplicate(share float64) *Fault {
	l.owner().use("Duplicate")
	return l.inflict("duplicate", fault.Fault{Kind: fault.Duplication, Share: share})
}

// Reorder holds a share of the frames, from 0 to 1, back for up to within, so that later
// ones overtake them.
func (l *Links) Reorder(share float64, within time.Duration) *Fault {
	l.owner().use("Reorder")
	return l.inflict("reorder", fault.Fault{Kind: fault.Reordering, Share: share, Delay: fault.Uniform(within/2, within/2)})
}

// Corrupt flips a bit in a share of the frames, from 0 to 1. Connections of Env.Network
// notice, and send them again.
func (l *Links) Corrupt(share float64) *Fault {
	l.owner().use("Corrupt")
	return l.inflict("corrupt", fault.Fault{Kind: fault.Corruption, Share: share})
}

// Limit lets each link carry so many bytes a second. What is more waits in a queue, as that
// of a router, and what finds it full is dropped: the option fault.Queue sets how long it is,
// by default 250 ms, or what 32 KiB take. Undo lets all that waits go at once.
func (l *Links) Limit(bytesPerSecond int, options ...fault.BandwidthOption) *Fault {
	l.owner().use("Limit")
	isNil := func(o fault.BandwidthOption) bool { return o == nil }
	if slices.ContainsFunc(options, isNil) {
		l.refuse("an option is nil: the only one is fault.Queue(...)")
	}
	return l.inflict("limit", fault.NewBandwidth(bytesPerSecond, slices.DeleteFunc(slices.Clone(options), isNil)...))
}

// DropIf drops the frames that a predicate holds for.
func (l *Links) DropIf(matches FramePredicate) *Fault {
	l.owner().use("DropIf")
	return l.drop("drop", matches, 0)
}

// DropNth drops, on each link, the nth frame that a predicate holds for, counted from 1,
// and lets the others pass.
func (l *Links) DropNth(n int, matches FramePredicate) *Fault {
	l.owner().use("DropNth")
	if n < 1 {
		l.refuse("n is %d: frames are counted from 1", n)
	}
	return l.drop(fmt.Sprintf("drop number %d", n), matches, n)
}

func (l *Links) drop(verb string, matches FramePredicate, nth int) *Fault {
	if !matches.declared {
		l.refuse("the predicate was not made by FrameMatching")
	}
	return l.fault(verb+"("+l.text+")", stage.Fault{
		Rule:    fault.Fault{Kind: fault.Dropping, Nth: nth},
		Matches: stage.Predicate{Plan: l.cluster.plan.ordinal, Ordinal: matches.ordinal},
	}).begun()
}

// Hold keeps the frames, to be looked at, released or dropped one by one. Undo releases
// those that are left.
func (l *Links) Hold() *Held {
	l.owner().use("Hold")
	return &Held{l.fault("hold("+l.text+")", stage.Fault{Rule: fault.Fault{Kind: fault.Hold}}).begun()}
}

func (l *Links) inflict(verb string, rule fault.Fault) *Fault {
	return l.ruled(verb, rule).begun()
}

// Reset ends the connections of Env.Network between the roles of the links with
// ECONNRESET on both sides, as far as the other one can be told, and returns how many
// there were. New ones can be made at once.
func (l *Links) Reset() int {
	l.owner().use("Reset")
	n, err := l.reset()
	l.cluster.must(err)
	return n
}

func (l *Links) reset() (total int, err error) {
	c, verb := l.cluster, "reset("+l.text+")"
	if l.err != nil {
		return 0, stage.Wrap(l.err, "%s", verb)
	}
	ctx := c.context()
	c.note(ctx, verb)
	peers := map[string][]string{}
	for _, pair := range l.pairs {
		peers[pair[0]] = append(peers[pair[0]], pair[1])
	}
	for _, role := range c.cast.Running() {
		n, err := call(ctx, c, role, seat.Reset, peers[role])
		if err != nil {
			return total, stage.Wrap(err, "%s", verb)
		}
		total += n
	}
	return total, nil
}

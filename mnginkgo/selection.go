package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
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
	links   []transport.Link
	roles   [][2]string // from and to
	err     error
}

func (l *Links) owner() *Cluster {
	if l == nil {
		return nil
	}
	return l.cluster
}

// Link selects the link from one role to another.
func (c *Cluster) Link(from, to string) *Links {
	ginkgo.GinkgoHelper()
	c.use("Link")
	return c.selection(fmt.Sprintf("%s > %s", from, to), []string{from, to}, [][2]string{{from, to}})
}

// Pair selects the two links between two roles.
func (c *Cluster) Pair(a, b string) *Links {
	ginkgo.GinkgoHelper()
	c.use("Pair")
	return c.selection(a+", "+b, []string{a, b}, [][2]string{{a, b}, {b, a}})
}

// Around selects all links from and to a role.
func (c *Cluster) Around(role string) *Links {
	ginkgo.GinkgoHelper()
	c.use("Around")
	return c.selection("around "+role, []string{role}, c.pairs(func(from, to string) bool { return from == role || to == role }))
}

// Among selects all links between the roles of a group.
func (c *Cluster) Among(roles ...string) *Links {
	ginkgo.GinkgoHelper()
	c.use("Among")
	return c.selection("among "+strings.Join(roles, ", "), roles, c.pairs(func(from, to string) bool {
		return slices.Contains(roles, from) && slices.Contains(roles, to)
	}))
}

// Across selects the links between different groups of roles, both ways.
func (c *Cluster) Across(groups ...RoleNames) *Links {
	ginkgo.GinkgoHelper()
	c.use("Across")
	groupOf, names := map[string]int{}, make([]string, len(groups))
	for i, group := range groups {
		names[i] = strings.Join(group, ", ")
		for _, role := range group {
			groupOf[role] = i + 1
		}
	}
	l := c.selection(strings.Join(names, " | "), slices.Concat(groups...), c.pairs(func(from, to string) bool {
		return groupOf[from] != groupOf[to] && groupOf[from] != 0 && groupOf[to] != 0
	}))
	if len(groups) < 2 {
		l.err = fmt.Errorf("needs two groups or more: Roles(%q), Roles(%q)", first(c.plan.roles), "...")
	}
	return l
}

// AllLinks selects all links of the spec.
func (c *Cluster) AllLinks() *Links {
	ginkgo.GinkgoHelper()
	c.use("AllLinks")
	return c.selection("all links", nil, c.pairs(func(string, string) bool { return true }))
}

// selection makes a Links; a mistake in the roles is kept for the verb, which knows more.
func (c *Cluster) selection(text string, named []string, roles [][2]string) *Links {
	l := &Links{cluster: c, text: text, roles: roles, err: c.checkRoles(named)}
	if l.err == nil && len(roles) == 0 {
		l.err = errors.New("there is no link between these roles")
	}
	for _, pair := range roles {
		l.links = append(l.links, c.links(pair[0], pair[1])...)
	}
	return l
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

// Cut drops every frame, those under way when it begins included.
func (l *Links) Cut() *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Cut")
	return l.cluster.cut("cut("+l.text+")", l)
}

// Delay has each frame arrive later, by an amount that is drawn for it, in the order of
// sending; but a datagram of Env.Network waits for its own amount only, so that one that is
// sent later may overtake it, as jitter has it. The delays are made with fault.Constant, fault.Uniform, fault.Normal or
// fault.Exponential.
func (l *Links) Delay(by fault.Delay) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Delay")
	return l.inflict("delay", fault.Fault{Kind: fault.Latency, Delay: by})
}

// Lose drops a share of the frames, from 0 to 1, drawn for each.
func (l *Links) Lose(share float64) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Lose")
	return l.inflict("lose", fault.Fault{Kind: fault.Loss, Share: share})
}

// LoseInBursts drops frames that come one after another, as links do that are bad for a while.
// fault.Bursts(0.05, 8) is a share of 5% on average, in bursts of 8 frames; a
// fault.GilbertElliott says more.
func (l *Links) LoseInBursts(bursts fault.GilbertElliott) *Fault {
	ginkgo.GinkgoHelper()
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
	ginkgo.GinkgoHelper()
	l.owner().use("MTU")
	rule := fault.Fault{Kind: fault.MTU, Size: bytes}
	for _, o := range options {
		if o == nil && l.err == nil {
			l.err = errors.New("an option is nil: the only one is Fragmented()")
		}
		if o != nil {
			o.applyMTU(&rule)
		}
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
	ginkgo.GinkgoHelper()
	l.owner().use("Duplicate")
	return l.inflict("duplicate", fault.Fault{Kind: fault.Duplication, Share: share})
}

// Reorder holds a share of the frames, from 0 to 1, back for up to within, so that later
// ones overtake them.
func (l *Links) Reorder(share float64, within time.Duration) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Reorder")
	return l.inflict("reorder", fault.Fault{Kind: fault.Reordering, Share: share, Delay: fault.Uniform(within/2, within/2)})
}

// Corrupt flips a bit in a share of the frames, from 0 to 1. Connections of Env.Network
// notice, and send them again.
func (l *Links) Corrupt(share float64) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Corrupt")
	return l.inflict("corrupt", fault.Fault{Kind: fault.Corruption, Share: share})
}

// Limit lets each link carry so many bytes a second. What is more waits in a queue, as that
// of a router, and what finds it full is dropped: the option fault.Queue sets how long it is,
// by default 250 ms, or what 32 KiB take. Undo lets all that waits go at once.
func (l *Links) Limit(bytesPerSecond int, options ...fault.BandwidthOption) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("Limit")
	isNil := func(o fault.BandwidthOption) bool { return o == nil }
	if slices.ContainsFunc(options, isNil) && l.err == nil {
		l.err = errors.New("an option is nil: the only one is fault.Queue(...)")
	}
	return l.inflict("limit", fault.NewBandwidth(bytesPerSecond, slices.DeleteFunc(slices.Clone(options), isNil)...))
}

// DropIf drops the frames that a predicate holds for.
func (l *Links) DropIf(matches FramePredicate) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("DropIf")
	return l.drop("drop", matches, 0)
}

// DropNth drops, on each link, the nth frame that a predicate holds for, counted from 1,
// and lets the others pass.
func (l *Links) DropNth(n int, matches FramePredicate) *Fault {
	ginkgo.GinkgoHelper()
	l.owner().use("DropNth")
	if n < 1 && l.err == nil {
		l.err = fmt.Errorf("n is %d: frames are counted from 1", n)
	}
	return l.drop(fmt.Sprintf("drop number %d", n), matches, n)
}

func (l *Links) drop(verb string, matches FramePredicate, nth int) *Fault {
	ginkgo.GinkgoHelper()
	if !matches.declared && l.err == nil {
		l.err = errors.New("the predicate was not made by FrameMatching")
	}
	f := l.fault(verb, fault.Fault{Kind: fault.Dropping, Nth: nth})
	f.fault.Matches.Plan, f.fault.Matches.Ordinal = l.cluster.plan.ordinal, matches.ordinal
	return f.begin()
}

// Hold keeps the frames, to be looked at, released or dropped one by one. Undo releases
// those that are left.
func (l *Links) Hold() *Held {
	ginkgo.GinkgoHelper()
	l.owner().use("Hold")
	return &Held{l.inflict("hold", fault.Fault{Kind: fault.Hold})}
}

func (l *Links) inflict(verb string, rule fault.Fault) *Fault {
	ginkgo.GinkgoHelper()
	return l.fault(verb, rule).begin()
}

// Reset ends the connections of Env.Network between the roles of the links with
// ECONNRESET on both sides, as far as the other one can be told, and returns how many
// there were. New ones can be made at once.
func (l *Links) Reset() int {
	ginkgo.GinkgoHelper()
	l.owner().use("Reset")
	c := l.cluster
	verb := "reset(" + l.text + ")"
	c.must(wrap(l.err, "%s", verb))
	ctx := c.context()
	c.note(ctx, "%s", verb)
	peers := map[string][]string{}
	for _, pair := range l.roles {
		peers[pair[0]] = append(peers[pair[0]], pair[1])
	}
	total := 0
	for _, role := range c.running() {
		n, err := call(ctx, c, role, seat.Reset, peers[role])
		c.must(wrap(err, "%s", verb))
		total += n
	}
	return total
}

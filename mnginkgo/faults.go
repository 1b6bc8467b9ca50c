package mnginkgo

import (
	"fmt"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Partition cuts the links between two roles, both ways. When it returns, no frame
// crosses, one under way included; all other links go on. The cut outlives crashes
// and restarts, and may be made before a role starts.
func (c *Cluster) Partition(a, b string) *Fault {
	c.use("Partition")
	return c.Pair(a, b).cut("partition").begun()
}

// Isolate cuts a role off from all others.
func (c *Cluster) Isolate(role string) *Fault {
	c.use("Isolate")
	return c.isolate(role).begun()
}

// Split cuts every link between two different groups of roles and leaves those
// within a group alone. Roles in no group keep all their links.
func (c *Cluster) Split(groups ...RoleNames) *Fault {
	c.use("Split")
	return c.Across(groups...).cut("split").begun()
}

// Heal mends the links between two roles, both ways: it is Mend of their Pair.
func (c *Cluster) Heal(a, b string) {
	c.use("Heal")
	c.Pair(a, b).mend(fmt.Sprintf("heal(%s, %s)", a, b))
}

// HealAll mends every link: it is Mend of AllLinks.
func (c *Cluster) HealAll() {
	c.use("HealAll")
	c.AllLinks().mend("heal all")
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
		err = c.book.Mend(c.context(), verb, l.links())
	}
	c.must(stage.Wrap(err, "%s", verb))
}

// Cut drops every frame, those under way when it begins included.
func (l *Links) Cut() *Fault {
	l.owner().use("Cut")
	return l.cut("cut").begun()
}

// Delay has each frame arrive later, by an amount that is drawn for it, in the order of
// sending; but a datagram of Env.Network waits for its own amount only, so that one that is
// sent later may overtake it, as jitter has it. The delays are made with fault.Constant, fault.Uniform, fault.Normal or
// fault.Exponential.
func (l *Links) Delay(by fault.Delay) *Fault {
	return l.inflict("Delay", "delay", fault.Fault{Kind: fault.Latency, Delay: by})
}

// Lose drops a share of the frames, from 0 to 1, drawn for each.
func (l *Links) Lose(share float64) *Fault {
	return l.inflict("Lose", "lose", fault.Fault{Kind: fault.Loss, Share: share})
}

// LoseInBursts drops frames that come one after another, as links do that are bad for a while.
// fault.Bursts(0.05, 8) is a share of 5% on average, in bursts of 8 frames; a
// fault.GilbertElliott says more.
func (l *Links) LoseInBursts(bursts fault.GilbertElliott) *Fault {
	return l.inflict("LoseInBursts", "lose in bursts", fault.Fault{Kind: fault.BurstLoss, Bursts: bursts})
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
	return l.inflict("MTU", "mtu", rule)
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
	return l.inflict("Duplicate", "duplicate", fault.Fault{Kind: fault.Duplication, Share: share})
}

// Reorder holds a share of the frames, from 0 to 1, back for up to within, so that later
// ones overtake them.
func (l *Links) Reorder(share float64, within time.Duration) *Fault {
	return l.inflict("Reorder", "reorder", fault.Fault{Kind: fault.Reordering, Share: share, Delay: fault.Uniform(within/2, within/2)})
}

// Corrupt flips a bit in a share of the frames, from 0 to 1. Connections of Env.Network
// notice, and send them again.
func (l *Links) Corrupt(share float64) *Fault {
	return l.inflict("Corrupt", "corrupt", fault.Fault{Kind: fault.Corruption, Share: share})
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
	return l.inflict("Limit", "limit", fault.NewBandwidth(bytesPerSecond, slices.DeleteFunc(slices.Clone(options), isNil)...))
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
		Matches: stage.Predicate{Plan: l.cluster.number, Ordinal: matches.ordinal},
	}).begun()
}

// Hold keeps the frames, to be looked at, released or dropped one by one. Undo releases
// those that are left.
func (l *Links) Hold() *Held {
	l.owner().use("Hold")
	return &Held{l.fault("hold("+l.text+")", stage.Fault{Rule: fault.Fault{Kind: fault.Hold}}).begun()}
}

// inflict is a method that puts a rule in force, under the verb as in messages.
func (l *Links) inflict(method, verb string, rule fault.Fault) *Fault {
	l.owner().use(method)
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

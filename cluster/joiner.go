package cluster

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// joiner is how a node that is outside gets inside.
type joiner struct {
	began    time.Time
	attempts int
	heard    time.Time                  // when a member of a cluster last sent something
	refusals map[transport.Address]bool // who has no cluster either
	waiting  []message                  // who asked while there was no cluster
}

const (
	// The first retry follows soon, since a seed that is started at the same moment is
	// there within a few milliseconds. Each further wait is twice as long, up to joinCap.
	joinWait = 2 * time.Millisecond
	joinCap  = 200 * time.Millisecond
	// joinFanout bounds the seeds that are asked at once: the first and some others.
	joinFanout = 10
	// joinTrouble is how long nobody may answer before it is worth a line in the log.
	joinTrouble = 2 * time.Second
)

// askToJoin asks the seeds and the contacts, and plans to ask again.
func (n *core) askToJoin() {
	j := &n.joiner
	if j.began.IsZero() {
		j.began = n.now
	}
	asked := n.hosts()
	if len(asked) > joinFanout && !n.mayForm() {
		n.rand.Shuffle(len(asked)-1, func(i, k int) { asked[i+1], asked[k+1] = asked[k+1], asked[i+1] })
		asked = asked[:joinFanout]
	}
	for _, a := range asked {
		n.ask(a)
	}
	wait := min(joinWait<<min(j.attempts, 10), joinCap)
	// A quarter more or less, so that nodes started together do not keep in step.
	wait += time.Duration(n.rand.Int64N(int64(wait)/2)) - wait/4
	j.attempts++
	n.clock.ask = n.now.Add(wait)
	if waited := n.now.Sub(j.began); waited > joinTrouble && waited-wait <= joinTrouble {
		n.log.Warn("no seed has let the node in", "seeds", n.seeds, "waited", waited)
	}
}

func (n *core) ask(seed transport.Address) { n.send(seed, message{Kind: join, Roles: n.roles}) }

// hosts returns who may let the node in: the other seeds, and then the contacts.
func (n *core) hosts() (all []transport.Address) {
	for _, a := range slices.Concat(n.seeds, n.contacts) {
		if a != n.self.Address && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// mayForm reports whether the node may form a cluster of its own.
func (n *core) mayForm() bool { return n.seeds[0] == n.self.Address }

// refused notes that somebody has no cluster.
func (j *joiner) refused(by transport.Address) { j.refusals[by] = true }

// formDue returns when the first seed need not wait any longer for those that say nothing:
// a while after it began to ask, and after it has heard a member of a cluster.
func (j *joiner) formDue(wait time.Duration) time.Time {
	if j.heard.After(j.began) {
		return j.heard.Add(wait)
	}
	return j.began.Add(wait)
}

// considerForming has the first seed form a cluster, once nobody else has one.
func (n *core) considerForming() {
	j := &n.joiner
	if !n.mayForm() {
		return
	}
	silent := slices.DeleteFunc(n.hosts(), func(a transport.Address) bool { return j.refusals[a] })
	if (len(silent) > 0 || !j.heard.IsZero()) && n.now.Before(j.formDue(n.formAfter)) {
		return
	}
	n.formed = &Formed{Silent: silent}
	n.phase, n.clock.heartbeat, n.clock.compare = inside, n.now, n.now
	n.set(n.state.With(gossip.Record{Node: n.self, Status: gossip.Up, Number: 1, Roles: n.roles}))
	if len(silent) > 0 {
		n.log.Warn("formed a cluster of its own; others were not reached", "silent", silent, "waited", n.now.Sub(j.began))
	} else {
		n.log.Info("formed a cluster")
	}
	for _, m := range j.waiting {
		n.admit(m)
	}
	j.waiting = nil
}

// admit lets a node in that asks for it.
func (n *core) admit(m message) {
	if n.phase == outside {
		// Who asks has no cluster, or it would not.
		n.joiner.refused(m.From.Address)
		n.joiner.waiting = append(n.joiner.waiting, m)
		n.send(m.From.Address, message{Kind: pending, To: m.From.Incarnation})
		return
	}
	if known, ok := n.state.Find(m.From.Address); !ok || known.Node != m.From {
		n.set(n.state.With(gossip.Record{Node: m.From, Status: gossip.Joining, Roles: m.Roles}))
	}
	n.spread.owe(m.From.Address)
}

// enter makes the node a member of the cluster that has this state. What it knows
// itself of nodes that have ended stays; that it was Up, as the only one, does not.
func (n *core) enter(s gossip.State) {
	own := func(r gossip.Record) bool { return r.Node == n.self }
	records := slices.DeleteFunc(slices.Clone(n.state.Records), own)
	n.phase, n.clock.heartbeat, n.clock.compare = inside, n.now, n.now
	n.set(gossip.Merge(s, gossip.State{Records: records, Reports: n.state.Reports}))
	n.log.Info("joined a cluster", "members", len(n.members))
}

package cluster

import (
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// watch is whom the node watches, and what it reports of them.
type watch struct {
	peers  map[transport.Address]*peer
	report gossip.Report

	watchers []gossip.Record // who watches the node
	changed  bool            // they may be others by now
}

// peer is a member that is watched.
type peer struct {
	node      gossip.Node
	monitor   Monitor
	heard     time.Time
	excuse    time.Duration // how much longer it may be silent, as it may not be its fault
	asked     time.Time     // when it was last sent a ping; zero if not since it was heard
	suspected bool
}

// lookAfter watches those who are to be watched and no others. Who is suspected stays
// watched whatever the ring says, as only its watcher can take the report back.
func (n *core) lookAfter() {
	wanted := map[transport.Address]bool{}
	n.neighbours(gossip.Watched, func(r gossip.Record) {
		wanted[r.Address] = true
		if p := n.watch.peers[r.Address]; p == nil || p.node != r.Node {
			n.watch.peers[r.Address] = &peer{node: r.Node, monitor: n.detector.Monitor(), heard: n.now}
		}
	})
	for a, p := range n.watch.peers {
		if !wanted[a] && (!p.suspected || n.state.Gone(p.node)) {
			delete(n.watch.peers, a)
		}
	}
}

// unheard returns Member.Unheard of a member.
func (n *core) unheard(who gossip.Node) bool {
	if p := n.watch.peers[who.Address]; p != nil && p.node == who {
		return p.suspected
	}
	return who != n.self && !n.reachable(who.Address)
}

// neighbours calls yield with the members on one side of the node in the ring.
func (n *core) neighbours(side func(i, n, k int, reachable func(int) bool, yield func(int)), yield func(gossip.Record)) {
	live, me := make([]gossip.Record, 0, len(n.members)), -1
	for _, r := range n.members {
		if r.Node == n.self {
			me = len(live)
		}
		if r.Status < gossip.Down {
			live = append(live, r)
		}
	}
	if me < 0 || me == len(live) {
		return // down or removed
	}
	reachable := func(i int) bool { return n.reachable(live[i].Address) }
	side(me, len(live), n.watchers, reachable, func(i int) { yield(live[i]) })
}

// beat sends heartbeats to those who watch the node, and asks those whom it suspects.
func (n *core) beat() {
	n.clock.heartbeat = n.nextBeat()
	w := &n.watch
	if w.changed {
		w.watchers, w.changed = w.watchers[:0], false
		n.neighbours(gossip.Watchers, func(r gossip.Record) { w.watchers = append(w.watchers, r) })
	}
	for _, r := range w.watchers {
		n.send(r.Address, message{Kind: heartbeat, To: r.Incarnation})
	}
	if len(w.report.Unreachable) == 0 {
		return
	}
	for _, r := range n.members {
		if p := w.peers[r.Address]; p != nil && p.suspected {
			n.send(r.Address, message{Kind: ping, To: r.Incarnation})
		}
	}
}

// heard notes a sign of life.
func (n *core) heard(from gossip.Node, heartbeat bool) {
	p := n.watch.peers[from.Address]
	if p == nil || p.node != from {
		return
	}
	p.heard, p.asked, p.excuse = n.now, time.Time{}, 0
	if heartbeat {
		p.monitor.Heartbeat(n.now)
	}
	if p.suspected {
		n.suspect(p, false)
	}
}

// listen asks those who have been silent for half as long as they may, and suspects
// those who have been for longer. To ask first costs nothing, and finds that a member
// is well which has only not learned yet that it is watched, or whose heartbeats got
// lost. (SWIM asks others to ask, too; here the report of one watcher is taken for
// what it is, an observation.)
func (n *core) listen() {
	for _, a := range slices.Sorted(maps.Keys(n.watch.peers)) { // in order, for the same calls to do the same
		p := n.watch.peers[a]
		if _, member := n.index(a); !member || p.suspected {
			continue
		}
		ask, suspect := p.due()
		switch {
		case !n.now.Before(suspect):
			n.suspect(p, true)
		case !n.now.Before(ask):
			p.asked = n.now
			n.send(a, message{Kind: ping, To: n.incarnation(a)})
		}
	}
}

// due returns when to ask a peer that stays silent, and when to suspect it. It is asked
// first after half of the patience, and then each eighth of it.
func (p *peer) due() (ask, suspect time.Time) {
	patience := p.monitor.Patience()
	suspect = p.heard.Add(patience + p.excuse)
	if p.asked.IsZero() {
		return p.heard.Add(patience/2 + p.excuse), suspect
	}
	return p.asked.Add(patience / 8), suspect
}

func (n *core) suspect(p *peer, unreachable bool) {
	p.suspected = unreachable
	w := &n.watch
	w.report.Observer = n.self
	w.report = w.report.With(p.node, unreachable)
	n.set(n.state.WithReport(w.report))
	n.log.Info("reachability", "member", p.node, "unreachable", unreachable)
}

// excuse gives everyone that much more time, since this node itself did not get to run
// and may have heartbeats waiting. (Lifeguard calls it local health.) For the same reason
// it has not seen for that time that nothing changes.
func (n *core) excuse(late time.Duration) {
	n.stable, n.impaired = n.stable.Add(late), n.impaired.Add(late)
	for _, p := range n.watch.peers {
		p.excuse += late
	}
}

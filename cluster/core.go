package cluster

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// core is the protocol of one node. It has no goroutine and no clock: it is told what
// the time is with everything that happens, and collects what is to be sent. Given the
// same calls and random numbers it does the same.
//
// Each call may be followed by others before flush, which draws the consequences: what
// the leader has to do, and what to tell the others. A node that has a hundred messages
// waiting then speaks once, not a hundred times.
type core struct {
	config
	self  gossip.Node
	phase phase
	err   error // why the phase is over; nil if the node has left
	now   time.Time

	known   *gossip.Known // what follows is of it
	state   gossip.State
	digest  uint64
	members []gossip.Record
	seen    gossip.Seen                               // which members have the state
	blame   map[transport.Address][]transport.Address // who is unreachable, and by whom
	since   map[gossip.Node]time.Time                 // since when
	stable  time.Time                                 // when members or blame last changed

	impaired time.Time // since when somebody is unreachable

	joiner  joiner
	spread  spread
	watch   watch
	leading leading
	exiled  exiled
	clock   schedule

	leaving   bool            // it was asked to
	formed    *Formed         // to be published
	witnessed bool            // another member has seen that it is Exiting
	changed   bool            // the view may have
	gone      []gossip.Record // members that have gone since the view was shown, as they were last
	out       []envelope
}

// phase is where a node is in its life.
type phase uint8

const (
	outside phase = iota // wants to join
	inside               // is a member, as far as it knows
	over
)

func newCore(self gossip.Node, c config, now time.Time) *core {
	n := &core{
		config: c, self: self, now: now, spread: newSpread(),
		joiner: joiner{refusals: map[transport.Address]bool{}},
		watch:  watch{peers: map[transport.Address]*peer{}, changed: true},
	}
	n.set(gossip.State{}.With(gossip.Record{Node: self, Status: gossip.Joining, Roles: c.roles}))
	return n
}

// start has the node try to join.
func (n *core) start(now time.Time) {
	n.now = now
	n.clock.start(n)
	n.askToJoin()
}

// receive takes in a message.
func (n *core) receive(now time.Time, m message) {
	n.now = now
	if n.phase == over || m.From.Address == n.self.Address {
		return
	}
	if n.phase == outside && m.Kind != join && m.Kind != pending {
		n.joiner.heard = now
	}
	switch {
	case n.state.Gone(m.From):
		n.heardGone(m)
		return
	case m.To != 0 && m.To != n.self.Incarnation:
		n.misaddressed(m)
		return
	case m.Kind == gone:
		n.toldGone(m)
		return
	}
	if m.Kind != hello { // who says hello does not know this node, or has given it up
		n.heard(m.From, m.Kind == heartbeat)
	}
	switch m.Kind {
	case heartbeat:
		n.joinIn()
		if p := n.watch.peers[m.From.Address]; p != nil && p.node == m.From {
			p.excuse = 0 // though a late tick excuses everyone
		}
	case join:
		n.admit(m)
	case pending:
		n.joiner.refused(m.From.Address)
	case state:
		n.takeState(m)
	case digest:
		n.takeDigest(m)
	case ping:
		n.send(m.From.Address, message{Kind: pong, To: m.From.Incarnation})
	case hello:
		n.greeted(m)
	}
}

// leave has the node begin to leave.
func (n *core) leave(now time.Time) {
	n.now, n.leaving = now, true
	switch n.phase {
	case outside:
		n.end(nil)
	case inside:
		n.set(n.state.With(gossip.Record{Node: n.self, Status: gossip.Leaving}))
	}
}

// flush draws the consequences of what has happened since the last one.
func (n *core) flush(now time.Time) {
	n.now = now
	switch n.phase {
	case outside:
		n.considerForming()
	case over:
		return
	}
	if n.phase == inside {
		n.lead()
		if n.wantsFlush() { // an idle tick costs nothing
			n.lookAfter()
			n.tell()
			n.notice()
		}
	}
}

// notice ends the phase if the state says that the node is no member any more.
func (n *core) notice() {
	own, _ := n.state.Find(n.self.Address)
	switch {
	case own.Status == gossip.Removed && n.leaving, n.isAbandoned():
		n.end(nil)
	case own.Status >= gossip.Down:
		n.end(ErrDowned)
	}
}

func (n *core) end(err error) {
	if n.phase != over {
		n.phase, n.err, n.changed = over, err, true
	}
}

// set puts a state in the place of the current one, and reports whether it differs.
func (n *core) set(s gossip.State) bool { return n.take(s.Known()) }

func (n *core) take(k *gossip.Known) bool {
	if n.known != nil && bytes.Equal(k.Code, n.known.Code) {
		return false
	}
	before, blame := n.members, n.blame
	n.known, n.state, n.digest, n.members, n.blame = k, k.State, k.Digest, k.Alive, k.Blame
	n.seen = gossip.NewSeen(len(n.members))
	n.saw(n.self.Address)
	n.spread.changed()
	n.watch.changed, n.changed = true, true
	n.remember(before, blame)
	n.noteGone(before)
	return true
}

// saw notes that a member has the state.
func (n *core) saw(a transport.Address) {
	if i, found := n.index(a); found {
		n.seen.Add(i)
	}
}

func (n *core) index(a transport.Address) (int, bool) {
	return slices.BinarySearchFunc(n.members, a, gossip.Record.CompareAddress)
}

// remember notes since when members are unreachable and since when nothing has changed.
func (n *core) remember(before []gossip.Record, blame map[transport.Address][]transport.Address) {
	same := maps.EqualFunc(blame, n.blame, slices.Equal) && slices.EqualFunc(before, n.members, func(r, q gossip.Record) bool {
		return r.Node == q.Node && r.Status == q.Status
	})
	if len(blame) == 0 {
		n.impaired = n.now
	}
	var since map[gossip.Node]time.Time
	if len(n.blame) > 0 {
		since = map[gossip.Node]time.Time{}
	}
	for _, r := range n.members {
		if len(n.blame[r.Address]) == 0 {
			continue
		}
		from, known := n.since[r.Node]
		if !known {
			from, same = n.now, false
		}
		since[r.Node] = from
	}
	n.since = since
	if !same {
		n.stable = n.now
	}
}

// noteGone keeps who has gone. The leader of a small cluster may take a member through
// several statuses at once, of which its view only shows the last.
func (n *core) noteGone(before []gossip.Record) {
	if gossip.SameRecords(before, n.members) {
		return
	}
	for _, r := range before {
		if i, still := n.index(r.Address); !still || n.members[i].Node != r.Node {
			n.gone = append(n.gone, r)
		}
	}
}

func (n *core) reachable(a transport.Address) bool { return len(n.blame[a]) == 0 }

// wantsFlush reports whether something has happened that has consequences.
func (n *core) wantsFlush() bool {
	s := &n.spread
	return n.changed || s.news || len(s.owed) > 0 || len(s.acks) > 0 || n.phase == outside && n.mayForm()
}

func (n *core) send(to transport.Address, m message) {
	m.From = n.self
	n.out = append(n.out, envelope{to, m})
}

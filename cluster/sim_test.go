package cluster

import (
	"container/heap"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// sim runs cores on a clock and a network of its own: everything that happens follows
// from its seed. It checks all the while that what was removed stays away.
type sim struct {
	testing.TB
	now     time.Time
	rand    *rand.Rand
	queue   simQueue
	seq     int
	nodes   map[transport.Address]*simNode
	lives   map[transport.Address]uint64
	cuts    map[transport.Link]bool
	arrival map[transport.Link]time.Time
	loss    float64
	latency time.Duration // the longest
	posted  int           // messages
	options []Option
	story   strings.Builder // what happened, for a failure
}

// quick is a detector for tests that wait for it.
var quick = WithDetector(Deadline(quickInterval, 4*quickInterval))

type simNode struct {
	*core
	flushing bool
	armed    time.Time
	arms     int // how often it was armed: only the last one counts
	shown    View
	removed  map[gossip.Node]bool
	changes  int
	ticks    int // as a timer's
	left     bool
}

type simEvent struct {
	at  time.Time
	seq int
	do  func()
}

type simQueue []simEvent

func (q simQueue) Len() int      { return len(q) }
func (q simQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *simQueue) Push(x any)   { *q = append(*q, x.(simEvent)) }
func (q *simQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (q simQueue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].seq < q[j].seq
}

func newSim(t testing.TB, seed uint64, options ...Option) *sim {
	return &sim{
		TB: t, now: time.Unix(1e9, 0), rand: rand.New(rand.NewPCG(seed, 1)), latency: 2 * time.Millisecond,
		nodes: map[transport.Address]*simNode{}, lives: map[transport.Address]uint64{},
		cuts: map[transport.Link]bool{}, arrival: map[transport.Link]time.Time{}, options: options,
	}
}

func (s *sim) at(when time.Time, do func()) {
	s.seq++
	heap.Push(&s.queue, simEvent{when, s.seq, do})
}

func (s *sim) note(format string, args ...any) {
	fmt.Fprintf(&s.story, "%8.3fs  %s\n", s.elapsed().Seconds(), fmt.Sprintf(format, args...))
}

func (s *sim) elapsed() time.Duration { return s.now.Sub(time.Unix(1e9, 0)) }

func (s *sim) fail(format string, args ...any) {
	s.Helper()
	if len(s.story.String()) > 0 {
		s.Log("\n" + s.story.String())
	}
	for _, a := range s.live() {
		s.Log(s.nodes[a].shown)
	}
	s.Fatalf(format, args...)
}

// run lets time pass.
func (s *sim) run(d time.Duration) { s.until(d, func() bool { return false }) }

// until lets time pass until done, and reports whether it was in time.
func (s *sim) until(d time.Duration, done func() bool) bool {
	end := s.now.Add(d)
	for !done() {
		if len(s.queue) == 0 || s.queue[0].at.After(end) {
			s.now = end
			return done()
		}
		e := heap.Pop(&s.queue).(simEvent)
		s.now = e.at
		e.do()
	}
	return true
}

func (s *sim) live() []transport.Address {
	var out []transport.Address
	for a, n := range s.nodes {
		if n.phase != over {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}

func (s *sim) start(a transport.Address) {
	s.lives[a]++
	options := append([]Option{WithSeeds("a"), WithRand(rand.NewPCG(s.rand.Uint64(), 2))}, s.options...)
	c, err := makeConfig(a, 1, options)
	if err != nil {
		s.Fatal(err)
	}
	c.log = slog.New(slog.DiscardHandler)
	n := &simNode{core: newCore(gossip.Node{Address: a, Incarnation: s.lives[a]}, c, s.now), removed: map[gossip.Node]bool{}}
	s.nodes[a] = n
	s.note("start %s", n.self)
	n.core.start(s.now)
	s.follow(n)
}

func (s *sim) crash(a transport.Address) {
	s.note("crash %s", s.nodes[a].self)
	delete(s.nodes, a)
}

func (s *sim) leave(a transport.Address) {
	n := s.nodes[a]
	s.note("leave %s", n.self)
	n.core.leave(s.now)
	s.follow(n)
}

func (s *sim) setCut(cut bool, links ...transport.Link) {
	for _, l := range links {
		if s.cuts[l] != cut {
			s.note("%s cut: %v", l, cut)
		}
		s.cuts[l] = cut
	}
}

func both(a, b transport.Address) []transport.Link {
	return []transport.Link{{From: a, To: b}, {From: b, To: a}}
}

func (s *sim) alive(n *simNode) bool { return s.nodes[n.self.Address] == n && n.phase != over }

// received stands for the agent after a message of another node.
func (s *sim) received(n *simNode) {
	s.deliver(n)
	if n.wantsFlush() && !n.flushing {
		n.flushing = true
		s.at(s.now, func() {
			n.flushing = false
			if s.alive(n) {
				s.follow(n)
			}
		})
	}
}

func (s *sim) deliver(n *simNode) {
	for _, e := range n.out {
		s.post(n, e)
	}
	n.out = nil
}

// follow stands for the agent after anything else.
func (s *sim) follow(n *simNode) {
	n.flush(s.now)
	s.deliver(n)
	if n.changed {
		n.changed = false
		s.show(n)
	}
	if n.phase == over {
		n.left = n.err == nil
		s.note("%s is over: %v", n.self, n.err)
		return
	}
	if next := n.next(); !next.IsZero() && (n.armed.IsZero() || next.Before(n.armed)) {
		n.armed = next
		n.arms++
		arms, when := n.arms, next
		if when.Before(s.now) {
			when = s.now
		}
		s.at(when, func() {
			if s.alive(n) && n.arms == arms {
				n.armed = time.Time{}
				n.ticks++
				n.tick(s.now)
				s.follow(n)
			}
		})
	}
}

// post sends a message, in order per link.
func (s *sim) post(from *simNode, e envelope) {
	s.posted++
	link := transport.Link{From: from.self.Address, To: e.to}
	if s.cuts[link] || s.rand.Float64() < s.loss {
		return
	}
	when := s.now.Add(time.Duration(s.rand.Int64N(int64(s.latency) + 1)))
	if last := s.arrival[link]; when.Before(last) {
		when = last
	}
	s.arrival[link] = when
	s.at(when, func() {
		to := s.nodes[e.to]
		// As the transport has it, a crash or a cut takes back what is under way.
		if to != nil && s.alive(to) && s.nodes[from.self.Address] == from && !s.cuts[link] {
			beat := to.clock.heartbeat
			to.receive(s.now, e.message)
			s.deliver(to)
			if to.clock.heartbeat.After(beat) { // as in the agent
				to.armed = time.Time{}
				s.follow(to)
			} else {
				s.received(to)
			}
		}
	})
}

// show checks a new view.
func (s *sim) show(n *simNode) {
	v := n.view()
	if n.shown.equal(v) {
		return
	}
	n.changes++
	s.note("%s", v)
	for _, e := range difference(n.shown, v, nil) {
		if r, ok := e.(MemberRemoved); ok {
			n.removed[gossip.Node{Address: r.Member.Address, Incarnation: r.Member.Incarnation}] = true
		}
	}
	for _, m := range v.Members {
		if n.removed[gossip.Node{Address: m.Address, Incarnation: m.Incarnation}] {
			s.fail("%s shows %s again after it was removed", n.self, m)
		}
	}
	n.shown = v
}

// agree reports whether each living node shows just these, all well.
func (s *sim) agree(addresses ...transport.Address) bool {
	for _, a := range s.live() {
		if v := s.nodes[a].shown; !v.Converged || len(v.Members) != len(addresses) || !slices.Equal(v.Up(), addresses) {
			return false
		}
	}
	return true
}

func names(n int) []transport.Address {
	out := make([]transport.Address, n)
	for i := range out {
		out[i] = transport.Address(fmt.Sprintf("n%03d", i))
	}
	return out
}

package cluster

import (
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// formed returns a sim of a and b, whose detector has a heartbeat of 50 ms and a patience
// of 200 ms.
func formed(t *testing.T, options ...Option) (s *sim, a *simNode) {
	t.Helper()
	s = newSim(t, 1, append([]Option{quick}, options...)...)
	s.start("a")
	s.start("b")
	if !s.until(time.Second, func() bool { return s.agree("a", "b") }) {
		s.fail("the cluster did not form")
	}
	return s, s.nodes["a"]
}

func sentTo(n *simNode, k kind) (count int) {
	for _, e := range n.out {
		if e.Kind == k {
			count++
		}
	}
	return count
}

// silence has a's clock go on in steps, while nothing arrives.
func silence(s *sim, a *simNode, d, step time.Duration) {
	for end := s.now.Add(d); s.now.Before(end); {
		s.now = s.now.Add(step)
		a.tick(s.now)
		a.flush(s.now)
		a.next()
	}
}

func TestWatcherAsksBeforeItComplains(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	for _, c := range []struct {
		after time.Duration
		pings int
	}{{110 * time.Millisecond, 1}, {140 * time.Millisecond, 2}, {190 * time.Millisecond, 4}} {
		silence(s, a, c.after-s.now.Sub(a.watch.peers["b"].heard), 5*time.Millisecond)
		if pings := sentTo(a, ping); pings != c.pings || !a.reachable("b") {
			t.Errorf("after %s: %d pings, reachable %v; want %d pings and patience", c.after, pings, a.reachable("b"), c.pings)
		}
	}
	silence(s, a, 20*time.Millisecond, 10*time.Millisecond)
	if a.reachable("b") {
		t.Error("after 210 ms: b is still reachable")
	}
}

func TestPongBreaksTheSilence(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	silence(s, a, 150*time.Millisecond, 10*time.Millisecond)
	a.receive(s.now, message{Kind: pong, From: s.nodes["b"].self, To: a.self.Incarnation})
	silence(s, a, 150*time.Millisecond, 10*time.Millisecond)
	if !a.reachable("b") {
		t.Error("b is unreachable 150 ms after a pong")
	}
}

func TestWatcherThatDidNotRunForgives(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	silence(s, a, time.Second, time.Second) // one late tick
	if !a.reachable("b") {
		t.Error("b is blamed for the time in which a itself did not run")
	}
	silence(s, a, 210*time.Millisecond, 10*time.Millisecond)
	if a.reachable("b") {
		t.Error("b is forgiven for ever")
	}
}

func TestOlderIncarnationIsRefused(t *testing.T) {
	s, _ := formed(t)
	s.crash("b")
	s.lives["b"] = 4
	s.start("b")
	s.run(time.Second)
	s.crash("b")
	s.lives["b"] = 2
	s.start("b")
	b := s.nodes["b"]
	s.run(time.Second)
	if b.phase != over || !errors.Is(b.err, ErrReplaced) {
		t.Errorf("got phase %d, %v; want the end with ErrReplaced", b.phase, b.err)
	}
}

func TestFirstSeedWaitsForTheOthersOnlySoLong(t *testing.T) {
	s := newSim(t, 1, WithSeeds("a", "b", "c"), WithFormAfter(30*time.Millisecond))
	s.start("a")
	s.run(29 * time.Millisecond)
	if s.agree("a") {
		t.Error("formed although b and c may have a cluster")
	}
	s.run(2 * time.Millisecond)
	if !s.agree("a") {
		t.Errorf("not formed after 30 ms: %s", s.nodes["a"].shown)
	}
}

// A seed that is started anew finds the others over links on which two frames of five get
// lost, and which are slow.
func TestRestartedSeedLooksForTheOthers(t *testing.T) {
	for seed := range uint64(200) {
		s := newSim(t, seed, quick, WithSeeds("a", "b", "c"))
		for _, a := range []transport.Address{"a", "b", "c"} {
			s.start(a)
		}
		if !s.until(time.Second, func() bool { return s.agree("a", "b", "c") }) {
			s.fail("the cluster did not form")
		}
		s.crash("a")
		s.loss, s.latency = 0.4, 100*time.Millisecond
		s.start("a")
		a := s.nodes["a"]
		if !s.until(5*time.Second, func() bool { return a.phase == inside }) || a.formed != nil {
			s.fail("seed %d: in phase %d, formed %v", seed, a.phase, a.formed)
		}
	}
}

func TestStrangeMessagesDoNoHarm(t *testing.T) {
	s, a := formed(t)
	s.nodes["a"].core.out = nil
	before := a.view()
	end := a.state.With(gossip.Record{Node: a.self, Status: gossip.Down}).Encode()
	for _, m := range []message{
		{Kind: state, From: s.nodes["b"].self, To: a.self.Incarnation, Digest: 1, State: []byte("garbled")},
		{Kind: state, From: s.nodes["b"].self, To: a.self.Incarnation, Digest: gossip.Digest(end) ^ 1, State: end},
		{Kind: join, From: s.nodes["b"].self},
		{Kind: gone, From: s.nodes["b"].self, To: a.self.Incarnation + 1, Size: 100},
		{Kind: heartbeat, From: a.self},
		{Kind: 99, From: s.nodes["b"].self},
	} {
		a.receive(s.now, m)
		a.flush(s.now)
	}
	if now := a.view(); !now.equal(before) || a.phase != inside {
		t.Errorf("got %s, want %s", now, before)
	}
}

// TestChangesAreCheap counts messages, which a needless answer multiplies quickly.
func TestChangesAreCheap(t *testing.T) {
	for _, nodes := range []int{3, 10, 50} {
		all := names(nodes)
		s := newSim(t, 1, WithSeeds(all[0]))
		for _, a := range all {
			s.start(a)
		}
		if !s.until(50*time.Millisecond, func() bool { return s.agree(all...) }) {
			s.fail("%d nodes did not form", nodes)
		}
		if limit := 20 * nodes * min(nodes, 10) / 3; s.posted > limit {
			t.Errorf("%d nodes formed with %d messages, want at most %d", nodes, s.posted, limit)
		}
		s.run(time.Second)
		s.posted = 0
		s.run(10 * time.Second)
		// A heartbeat to each watcher, every 150 ms, and a digest each second or so.
		if limit := 7*nodes*min(nodes-1, watchersOf(nodes))*10 + 15*nodes + 30*nodes; s.posted > limit {
			t.Errorf("%d nodes send %d messages in ten idle seconds, want at most %d", nodes, s.posted, limit)
		}
	}
}

func watchersOf(nodes int) int {
	if nodes > 10 {
		return 3
	}
	return nodes
}

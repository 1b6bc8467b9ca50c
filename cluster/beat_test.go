package cluster

import (
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
)

// quickInterval is that of the detector of formed.
const quickInterval = 50 * time.Millisecond

func TestANodeBeatsWhenAnotherDoes(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	b := s.nodes["b"]
	due := b.clock.heartbeat
	for _, c := range []struct {
		at    time.Duration // before b's heartbeat is due
		beats int           // of b until then
		why   string
	}{
		{20 * time.Millisecond, 0, "long before"},
		{10 * time.Millisecond, 1, "shortly before"},
		{9 * time.Millisecond, 1, "again"},
		{-1 * time.Millisecond, 1, "when it would have been due"},
		{-39 * time.Millisecond, 2, "an interval later"},
	} {
		now := due.Add(-c.at)
		b.receive(now, message{Kind: heartbeat, From: a.self, To: b.self.Incarnation})
		b.tick(now)
		if got := sentTo(b, heartbeat); got != c.beats {
			t.Errorf("a beats %s (%s before b is to): b has beaten %d times, want %d", c.why, c.at, got, c.beats)
		}
	}
}

func TestHeartbeatsKeepTheirInterval(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	last, beats := a.clock.heartbeat, 0
	for range 20_000 {
		s.now = s.now.Add(100 * time.Microsecond)
		a.tick(s.now)
		if next := a.clock.heartbeat; !next.Equal(last) {
			if beats++; next.Sub(last) != 50*time.Millisecond || next.UnixNano()%int64(50*time.Millisecond) != 0 {
				t.Fatalf("the leader beats at %s and then at %s", last, next)
			}
			last = next
		}
	}
	if beats != 40 {
		t.Errorf("%d heartbeats in 2 s, want 40", beats)
	}
}

// At rest only the leader needs a timer, once for each heartbeat.
func TestOnlyTheLeaderNeedsATimer(t *testing.T) {
	for _, interval := range []time.Duration{50 * time.Millisecond, 125 * time.Millisecond, 150 * time.Millisecond, 175 * time.Millisecond} {
		s := newSim(t, 1, WithSeeds(names(3)[0]), WithDetector(Deadline(interval, 500*time.Millisecond)))
		for _, a := range names(3) {
			s.start(a)
		}
		if !s.until(time.Second, func() bool { return s.agree(names(3)...) }) {
			s.fail("no cluster")
		}
		s.run(2 * time.Second)
		for _, n := range s.nodes {
			n.ticks = 0
		}
		const beats = 200
		s.run(beats * interval)
		for a, n := range s.nodes {
			if want := map[bool]int{true: beats}[n.leader() == a]; n.ticks != want {
				t.Errorf("a heartbeat every %s: %s was woken by its timer %d times, want %d", interval, a, n.ticks, want)
			}
		}
	}
}

// A link that is down for a moment each time when the nodes beat is not one that is cut.
func TestWhatIsDownAtEachBeatIsNotSuspected(t *testing.T) {
	const interval, outage = 150 * time.Millisecond, 20 * time.Millisecond
	for phase := time.Duration(0); phase < interval; phase += 5 * time.Millisecond {
		s := newSim(t, 1, WithDetector(Deadline(interval, 500*time.Millisecond)))
		s.start("a")
		s.start("b")
		if !s.until(time.Second, func() bool { return s.agree("a", "b") }) {
			s.fail("no cluster")
		}
		s.run(interval - time.Duration(s.now.UnixNano()%int64(interval)) + phase - outage/2)
		suspected := func() bool { return s.nodes["a"].watch.peers["b"].suspected || s.nodes["b"].watch.peers["a"].suspected }
		for range 60 {
			s.setCut(true, both("a", "b")...)
			s.run(outage)
			s.setCut(false, both("a", "b")...)
			if s.until(interval-outage, suspected) {
				t.Errorf("down for %s of each %s, from %s behind the beat on: suspected", outage, interval, phase-outage/2)
				break
			}
		}
	}
}

// A fifth of all frames lost is no cut either, as a silent member is asked more than once.
func TestLossIsNoCut(t *testing.T) {
	s := newSim(t, 1, WithSeeds(names(3)[0]))
	for _, a := range names(3) {
		s.start(a)
	}
	if !s.until(time.Second, func() bool { return s.agree(names(3)...) }) {
		s.fail("no cluster")
	}
	s.loss = 0.2
	suspicions := 0
	for range 240 {
		if s.until(time.Second, func() bool { return !s.agree(names(3)...) }) {
			suspicions++
			s.until(time.Second, func() bool { return s.agree(names(3)...) })
		}
	}
	if suspicions > 4 {
		t.Errorf("%d suspicions in four minutes, want one a minute at most", suspicions)
	}
}

// Heartbeats are at most a quarter more than the interval apart, and the moment that the others
// leave to the leader.
func TestHeartbeatsAreNotFurtherApart(t *testing.T) {
	limit := quickInterval * 13 / 10
	s, a := formed(t)
	s.run(time.Second)
	for late := time.Duration(0); late < quickInterval; late += time.Millisecond {
		now := a.clock.heartbeat.Add(late)
		a.tick(now)
		if gap := a.clock.heartbeat.Sub(now); gap > limit {
			t.Errorf("a tick that was %s late: the next heartbeat is %s after it", late, gap)
			break
		}
	}
	b := s.nodes["b"]
	for early := time.Duration(0); early < quickInterval/4; early += time.Millisecond {
		now := b.clock.heartbeat.Add(-early)
		b.receive(now, message{Kind: heartbeat, From: a.self, To: b.self.Incarnation})
		if gap := b.clock.heartbeat.Sub(now); gap > limit {
			t.Errorf("another beats %s early: the next heartbeat is %s after it", early, gap)
			break
		}
	}
	for at := time.Duration(0); at < quickInterval; at += time.Millisecond {
		s := newSim(t, 1, quick)
		s.now = s.now.Add(at)
		s.start("a")
		if gap := s.nodes["a"].clock.heartbeat.Sub(s.now); gap > limit {
			t.Errorf("started %s behind a beat: the first heartbeat is %s later", at, gap)
			break
		}
	}
}

// Members become WeaklyUp when it is time, also if that falls into a heartbeat that
// somebody else has called for.
func TestJoiningInDoesNotSwallowWeaklyUp(t *testing.T) {
	s, a := formed(t, WithGossipInterval(10*time.Second))
	s.run(time.Second)
	s.setCut(true, both("a", "b")...)
	if !s.until(5*time.Second, func() bool { return !a.reachable("b") }) {
		s.fail("b is reachable")
	}
	s.start("c")
	if !s.until(5*time.Second, func() bool { return !a.leading.blocked.IsZero() }) {
		s.fail("a is not blocked")
	}
	s.run(100 * time.Millisecond)
	c := s.nodes["c"]
	due := a.leading.blocked.Add(a.weaklyUp)
	now := due.Add(time.Millisecond)
	a.clock.heartbeat = now.Add(10 * time.Millisecond) // it beats alone until then
	armed := a.next()
	if armed.After(due) {
		t.Fatal("no tick is armed for that")
	}
	a.receive(now, message{Kind: heartbeat, From: c.self, To: a.self.Incarnation})
	s.now = now
	s.follow(a) // as the agent does behind a heartbeat that it has joined in
	if r, _ := a.state.Find("c"); r.Status != gossip.WeaklyUp {
		t.Errorf("c was to be weakly up %s ago, and is %v", now.Sub(due), r.Status)
	}
}

// A node that has waited long to join judges the others as any other does.
func TestWaitingToJoinIsNoExcuse(t *testing.T) {
	s := newSim(t, 1, quick)
	s.start("b")
	s.run(time.Minute)
	s.start("a")
	if !s.until(5*time.Second, func() bool { return s.agree("a", "b") }) {
		s.fail("no cluster")
	}
	s.run(4 * time.Millisecond)
	b := s.nodes["b"]
	if b.stable.After(s.now) {
		t.Errorf("nothing has changed since %s in the future", b.stable.Sub(s.now))
	}
	for a, p := range b.watch.peers {
		if p.excuse > time.Second {
			t.Errorf("%s is excused for %s", a, p.excuse)
		}
	}
}

// A virtual clock may show any time.
func TestTimesBefore1970(t *testing.T) {
	s := newSim(t, 1, quick)
	s.now = time.Unix(-1e9, 12_345_678)
	s.start("a")
	if gap := s.nodes["a"].clock.heartbeat.Sub(s.now); gap > quickInterval*3/2 {
		t.Errorf("the first heartbeat is %s later", gap)
	}
}

// A node that did not get to run excuses the others for that time, but not whoever it has
// heard since.
func TestWhoWasHeardIsNotExcused(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	b := s.nodes["b"]
	now := b.next().Add(10 * time.Second)
	b.receive(now, message{Kind: heartbeat, From: a.self, To: b.self.Incarnation})
	if _, suspect := b.watch.peers["a"].due(); suspect.After(now.Add(200 * time.Millisecond)) {
		t.Errorf("a has just beaten: if it is silent now, it is suspected only after %s", suspect.Sub(now))
	}
}

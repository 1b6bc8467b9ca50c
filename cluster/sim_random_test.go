package cluster

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

var simSeeds = flag.Int("sim.seeds", 240, "how many random schedules to try")

// TestRandomFaults crashes, restarts, cuts and heals at random, with and without
// downing. When all has healed and everyone is back, all must agree again.
// seeds returns how many of n seeds a test tries: with -short, a fifth of them.
func seeds(n int) uint64 {
	if testing.Short() {
		n = max(n/5, 2)
	}
	return uint64(n)
}

func TestRandomFaults(t *testing.T) {
	for seed := range seeds(*simSeeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			randomFaults(t, seed)
		})
	}
}

func randomFaults(t *testing.T, seed uint64) {
	var options []Option
	downing := seed%2 == 0
	options = append(options, WithDetector(Deadline(50*time.Millisecond, 200*time.Millisecond)))
	if downing {
		options = append(options, WithDowning(AutoDown(400*time.Millisecond)))
	}
	if seed%3 == 0 {
		options = append(options, WithSeeds("a", "b"))
	}
	s := newSim(t, seed, options...)
	all := []transport.Address{"a", "b", "c", "d", "e"}[:3+seed%3]
	if seed%10 == 9 { // a ring
		all = names(14)
		all[0] = "a"
	}
	for _, a := range all {
		s.start(a)
	}
	if !s.until(5*time.Second, func() bool { return s.agree(all...) }) {
		s.fail("the cluster did not form")
	}
	s.loss = []float64{0, 0, 0.05}[seed%3]
	for range 12 {
		s.disturb(all)
		s.run(time.Duration(s.rand.IntN(900)) * time.Millisecond)
	}
	s.recover(all, downing)
	s.run(time.Second)
	for _, n := range s.nodes {
		n.changes = 0
	}
	s.run(10 * time.Second)
	for _, n := range s.nodes {
		if n.changes > 0 {
			s.fail("%s changes its view although all is well", n.self)
		}
	}
}

func (s *sim) disturb(all []transport.Address) {
	a, b := all[s.rand.IntN(len(all))], all[s.rand.IntN(len(all))]
	if a == b {
		return
	}
	_, up := s.nodes[a]
	switch s.rand.IntN(8) {
	case 0:
		if up {
			s.crash(a)
		}
	case 1:
		if up {
			s.crash(a)
		}
		s.start(a)
	case 2:
		if !up {
			s.start(a)
		}
	case 3:
		s.setCut(true, both(a, b)...)
	case 4:
		s.setCut(true, transport.Link{From: a, To: b})
	case 5:
		for _, c := range all {
			if c != a {
				s.setCut(true, both(a, c)...)
			}
		}
	case 6:
		s.healAll()
	case 7:
		if up && s.nodes[a].phase == inside {
			s.leave(a)
		}
	}
}

func (s *sim) healAll() {
	for l := range s.cuts {
		s.cuts[l] = false
	}
	s.note("heal all")
}

// recover heals everything, brings everybody back and waits until all agree. Nodes that
// each gave up the others stay apart for good, so with downing all but one island are
// started anew.
func (s *sim) recover(all []transport.Address, downing bool) {
	s.healAll()
	s.loss = 0
	s.run(3 * time.Second)
	var island transport.Address
	for _, a := range all {
		n, up := s.nodes[a]
		if up && n.phase == inside && !n.leaving && island == "" {
			island = a
		}
	}
	for _, a := range all {
		n, up := s.nodes[a]
		if up && n.phase != over && !n.leaving && island != "" {
			if _, known := n.view().Member(island); known || !downing {
				continue
			}
		}
		if up {
			s.crash(a)
		}
		s.start(a)
	}
	began := s.now
	if !s.until(10*time.Second, func() bool { return s.agree(all...) }) {
		s.fail("the cluster did not recover")
	}
	if took := s.now.Sub(began); took > 5*time.Second {
		s.fail("recovery took %s", took)
	}
}

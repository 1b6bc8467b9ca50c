package mnginkgo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// step is one fault of a Nemesis.
type step struct {
	at, lasting time.Duration
	verb        string
	args        []string
}

// String returns the step as a line of a schedule: "1.204s for 340ms: partition a b".
func (s step) String() string {
	return fmt.Sprintf("%v for %v: %s", s.at, s.lasting, strings.Join(append([]string{s.verb}, s.args...), " "))
}

// parseSchedule reads what String wrote. Lines that are empty or begin with # are left out.
func parseSchedule(text string, p *plan) ([]step, error) {
	steps := []step{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parseStep(line, p)
		if err == nil && len(steps) > 0 && s.at < steps[len(steps)-1].at {
			err = fmt.Errorf("%v is before the line above", s.at)
		}
		if err != nil {
			return nil, fmt.Errorf("schedule, line %d: %w", i+1, err)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func parseStep(line string, p *plan) (s step, err error) {
	when, what, ok := strings.Cut(line, ":")
	times, words := strings.Fields(when), strings.Fields(what)
	if !ok || len(times) != 3 || times[1] != "for" || len(words) == 0 {
		return s, fmt.Errorf("%q is not like \"1.2s for 300ms: partition a b\"", line)
	}
	if s.at, err = time.ParseDuration(times[0]); err != nil {
		return s, err
	}
	if s.lasting, err = time.ParseDuration(times[2]); err != nil {
		return s, err
	}
	if s.at < 0 || s.lasting < 0 {
		return s, fmt.Errorf("%v for %v is not allowed, only from 0", s.at, s.lasting)
	}
	s.verb, s.args = words[0], words[1:]
	if err := checkDeed(s.verb, p); err != nil {
		return s, err
	}
	return s, deeds[s.verb].check(p, s.args)
}

// planner draws the steps of a Nemesis, one after another. It looks at no cluster: what it
// draws depends on its random numbers alone.
type planner struct {
	chaos   Chaos
	roles   []string
	rand    *rand.Rand
	verbs   []string // each as often as it weighs
	now     time.Duration
	down    map[string]time.Duration // roles that do not run, and until when
	replays bool
	given   []step // when it replays: what is left
}

func newPlanner(chaos Chaos, roles []string, random *rand.Rand) *planner {
	p := &planner{chaos: chaos, roles: roles, rand: random, down: map[string]time.Duration{}}
	for _, verb := range slices.Sorted(maps.Keys(chaos.Mix)) {
		p.verbs = append(p.verbs, slices.Repeat([]string{verb}, chaos.Mix[verb])...)
	}
	return p
}

func (p *planner) next() (s step, more bool) {
	if p.replays {
		if len(p.given) == 0 {
			return s, false
		}
		s, p.given = p.given[0], p.given[1:]
		return s, true
	}
	for {
		p.now += max(time.Millisecond, p.chaos.Every.Draw(p.rand).Round(time.Millisecond))
		s = step{at: p.now, lasting: max(time.Millisecond, p.chaos.Lasting.Draw(p.rand).Round(time.Millisecond))}
		s.verb = p.verbs[p.rand.IntN(len(p.verbs))]
		if s.args = deeds[s.verb].draw(p, s.lasting); s.args != nil {
			return s, true
		}
	}
}

// pick returns n different roles, in no order.
func (p *planner) pick(n int) []string {
	picked := make([]string, n)
	for i, j := range p.rand.Perm(len(p.roles))[:n] {
		picked[i] = p.roles[j]
	}
	return picked
}

// pickUp returns a role to take down, or nil if no more may be down.
func (p *planner) pickUp(lasting time.Duration) []string {
	maps.DeleteFunc(p.down, func(_ string, until time.Duration) bool { return until < p.now })
	role := p.pick(1)[0]
	if _, taken := p.down[role]; taken || len(p.down) >= p.chaos.MaxDown {
		return nil
	}
	p.down[role] = p.now + lasting
	return []string{role}
}

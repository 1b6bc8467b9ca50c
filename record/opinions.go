package record

import (
	"fmt"
	"math"
	"slices"
)

// step is that something becomes something else.
type step struct {
	bad, own int64 // when, in the bad run's time and in that of its own run
	is       string
	class    string // equal for what counts as alike
	// brief is one that lasts so short that it need not happen in each run, or that only repeats what was before one.
	brief bool
}

// compareLives compares the lives of each role. That one boots is no matter.
func (c *comparison) compareLives() {
	steps := func(r *Record, role int, toBad func(int64) int64) []step {
		var all []step
		for _, l := range r.Lives {
			is := l.State
			if l.Incarnation > 1 && is == Running {
				is = fmt.Sprintf("%s as incarnation %d", is, l.Incarnation)
			}
			if l.Role == role && is != "booting" && l.At <= r.end() {
				all = append(all, step{bad: toBad(l.At), own: l.At, is: is, class: is})
			}
		}
		return all
	}
	for role, name := range c.bad.Roles {
		good := slices.Index(c.good.Roles, name)
		if good < 0 {
			continue
		}
		c.compareSteps(steps(c.good, good, c.toBad), steps(c.bad, role, same), role, "", func(is string) (did, not string) {
			return "{who} was " + is + " from {t} on", "{who} was not " + is
		}, "was")
	}
}

func same(t int64) int64 { return t }

// opinionOf is what an opinion is about.
type opinionOf struct {
	role, of string
	leader   bool
}

// compareOpinions compares what each role takes each other one for, and whom for the leader.
func (c *comparison) compareOpinions() {
	good, bad := c.opinions(c.good, c.toBad), c.opinions(c.bad, same)
	for role, name := range c.bad.Roles {
		about := []opinionOf{{role: name, leader: true}}
		for _, of := range c.bad.Roles {
			if of != name {
				about = append(about, opinionOf{role: name, of: of})
			}
		}
		for _, o := range about {
			c.compareSteps(good[o], bad[o], role, o.of, o.words, "did")
		}
	}
}

// words say that it becomes something, and that it does not.
func (o opinionOf) words(is string) (did, not string) {
	switch {
	case o.leader && is == "nobody":
		return "{who} knew no leader from {t} on", "{who} did not cease to know a leader"
	case o.leader:
		return "{who} took " + is + " for the leader at {t}", "{who} took nobody new for the leader"
	}
	return "{who} took {of} for " + is + " at {t}", "{who} did not take {of} for " + is
}

// opinions returns how they change in a run until its end.
func (c *comparison) opinions(r *Record, toBad func(int64) int64) map[opinionOf][]step {
	all := map[opinionOf][]step{}
	for _, changed := range r.Changes() {
		if changed.At > r.end() {
			break
		}
		for _, x := range changed.Changes {
			o := opinionOf{r.Role(changed.Role), x.Of, x.Leader}
			s := step{bad: toBad(changed.At), own: changed.At, is: x.Is, class: x.Is}
			if o.leader && s.is != "nobody" {
				s.class = "somebody" // who is elected differs from run to run; that another one is, does not
			}
			all[o] = append(all[o], s)
		}
	}
	for _, steps := range all {
		before := ""
		for i := range steps {
			s := &steps[i]
			s.brief = s.is == "" || s.is == before
			next := int64(math.MaxInt64)
			if i+1 < len(steps) {
				next = steps[i+1].own
			}
			switch {
			case r == c.good && next > c.goodEnd: // maybe this is why it went on
			case i+1 < len(steps):
				s.brief = s.brief || slices.Contains(passing, s.is) || next-s.own < c.slack
			}
			if !s.brief || s.is == "" {
				before = s.is // "" is the end of a life, and the next one may begin with the same
			}
		}
	}
	return all
}

// passing are what a member does not stay for long.
var passing = []string{"joining", "leaving", "exiting"}

// compareSteps finds the first step of one run that the other one does not have after those that both have.
func (c *comparison) compareSteps(good, bad []step, role int, of string, words func(string) (did, not string), auxiliary string) {
	for {
		g, b := lasting(good), lasting(bad)
		switch {
		case g == len(good) && b == len(bad):
			return
		case g < len(good) && b < len(bad) && c.alikeSteps(good[g], bad[b]):
			good, bad = good[g+1:], bad[b+1:]
		case g == len(good) || b < len(bad) && bad[b].bad <= good[g].bad:
			if i := slices.IndexFunc(good[:g], func(x step) bool { return c.alikeSteps(x, bad[b]) }); i >= 0 {
				good, bad = good[i+1:], bad[b+1:]
				continue
			}
			did, _ := words(bad[b].is)
			never := "never " + auxiliary
			if slices.ContainsFunc(good, func(s step) bool { return s.class == bad[b].class }) {
				never = auxiliary + " not"
			}
			c.mine(bad[b].bad, finding{role: role, of: of, text: did + "; there {it} " + never + "."})
			return
		default:
			if i := slices.IndexFunc(bad[:b], func(x step) bool { return c.alikeSteps(good[g], x) }); i >= 0 {
				good, bad = good[g+1:], bad[i+1:]
				continue
			}
			_, not := words(good[g].is)
			c.theirs(good[g].own, finding{role: role, of: of, text: not + "; there {it} " + auxiliary + ", at {t}."})
			return
		}
	}
}

// lasting returns the index of the first step that is not brief, or how many there are.
func lasting(steps []step) int {
	for i, s := range steps {
		if !s.brief {
			return i
		}
	}
	return len(steps)
}

func (c *comparison) alikeSteps(good, bad step) bool {
	return good.class == bad.class && good.own < c.goodEnd && c.near(good.bad, bad.bad)
}

package record

import (
	"fmt"
	"slices"
)

// compareVerbs finds verbs of one run that the other one does not have anywhere near.
func (c *comparison) compareVerbs() {
	good, bad := c.good.plainVerbs(), c.bad.plainVerbs()
	goodTimes := times(c.good.Verbs, good, c.inGood, c.toBad)
	badTimes := times(c.bad.Verbs, bad, c.inBad, same)
	for i, plain := range bad {
		if v := c.bad.Verbs[i]; !c.inBad[i] && !c.any(goodTimes[plain], v.At) && v.At <= c.bad.end() { // however soon it failed then
			c.found = append(c.found, finding{at: Pair{c.toGood(v.At), v.At}, role: -1, text: "the spec did " + literal(v.Text) + " at {t}; there it did not."})
		}
	}
	for i, plain := range good {
		if v := c.good.Verbs[i]; !c.inGood[i] && !c.any(badTimes[plain], c.toBad(v.At)) {
			c.theirs(v.At, finding{role: -1, text: "the spec did not do " + literal(v.Text) + "; there it did, at {t}."})
		}
	}
	for _, both := range c.verbs {
		switch x, y := c.good.Verbs[both[0]], c.bad.Verbs[both[1]]; {
		case x.Error == "" && y.Error != "":
			c.mine(y.At, finding{role: -1, text: literal(y.Text) + " failed at {t}: " + literal(headline(y.Error)) + "; there it did not."})
		case x.Error != "" && y.Error == "":
			c.mine(y.At, finding{role: -1, text: literal(y.Text) + " did not fail at {t}; there it did: " + literal(headline(x.Error))})
		}
	}
}

// times returns when the verbs were that the runs do not have in common, in the bad run's time, by what they are called.
func times(verbs []Verb, plain []string, common map[int]bool, toBad func(int64) int64) map[string][]int64 {
	all := map[string][]int64{}
	for i, text := range plain {
		if !common[i] {
			all[text] = append(all[text], toBad(verbs[i].At))
		}
	}
	return all
}

// any reports whether one of some times is near that one.
func (c *comparison) any(times []int64, t int64) bool {
	return slices.ContainsFunc(times, func(other int64) bool { return c.near(other, t) })
}

// compareBarriers finds barriers that a role passed in one run, and did not pass or never came to in the other.
func (c *comparison) compareBarriers() {
	passed := func(b Barrier) bool { return b.Error == "" && b.End != nil }
	for _, b := range few(c.bad.Barriers) {
		has := func(x Barrier) bool {
			return x.Name == b.Name && c.good.Role(x.Role) == c.bad.Role(b.Role) && c.near(c.toBad(x.At), b.At)
		}
		if i := slices.IndexFunc(c.good.Barriers, has); !passed(b) && i >= 0 && passed(c.good.Barriers[i]) {
			c.mine(b.At, finding{role: b.Role, text: fmt.Sprintf("{who} came to the barrier %q at {t} and did not get past it; there {it} did.", literal(b.Name))})
		}
	}
	for _, b := range few(c.good.Barriers) {
		has := func(x Barrier) bool {
			return x.Name == b.Name && c.bad.Role(x.Role) == c.good.Role(b.Role) && c.near(x.At, c.toBad(b.At))
		}
		if role := slices.Index(c.bad.Roles, c.good.Role(b.Role)); passed(b) && role >= 0 && !slices.ContainsFunc(few(c.bad.Barriers), has) {
			c.theirs(b.At, finding{role: role, text: fmt.Sprintf("{who} never came to the barrier %q; there {it} did, at {t}.", literal(b.Name))})
		}
	}
}

// few returns the first of many: each is compared with each.
func few[T any](all []T) []T {
	const most = 500
	return all[:min(len(all), most)]
}

// outcomes of operations.
const (
	done   = "was done"
	failed = "failed"
	open   = "had no outcome"
)

func (o Operation) outcome() string {
	switch {
	case o.End == nil:
		return open
	case o.Error != "":
		return failed
	}
	return done
}

// compareOperations finds operations that both runs have, but with no outcome in common. One that began just before the
// bad run failed has had no time to end.
func (c *comparison) compareOperations() {
	type key struct{ client, role, input string }
	good := map[key][]Operation{}
	for _, o := range c.good.Operations {
		k := key{o.Client, c.good.Role(o.Role), o.Input}
		good[k] = few(append(good[k], o))
	}
	for _, o := range c.bad.Operations {
		other, long := "", int64(0)
		for _, x := range good[key{o.Client, c.bad.Role(o.Role), o.Input}] {
			if !c.near(c.toBad(x.At), o.At) {
				continue
			}
			if other = x.outcome(); other == o.outcome() {
				break
			}
			if x.End != nil {
				long = max(long, *x.End-x.At)
			}
		}
		if other == "" || other == o.outcome() || o.End == nil && o.At+long+c.slack > c.bad.end() {
			continue
		}
		text := fmt.Sprintf("%s of %s to {who}, begun at {t}, %s; there it %s.", literal(o.Input), literal(o.Client), o.outcome(), other)
		if o.Role < 0 {
			text = fmt.Sprintf("%s of %s, begun at {t}, %s; there it %s.", literal(o.Input), literal(o.Client), o.outcome(), other)
		}
		c.mine(o.At, finding{role: o.Role, text: text})
	}
}

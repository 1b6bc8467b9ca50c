package record

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Difference is what a run that failed did otherwise than one of the same spec that passed.
type Difference struct {
	Sentence Sentence // says it, or that there was none until the failure
	Differs  bool
	Bad      int64 // when the first difference was, in the run that failed
	Good     int64 // and when that was, or would have been, in the one that passed
	Roles    []int // of the run that failed, whom it is about
	// Pairs are the moments that both runs have, in order: their begin, and the verbs of both. Between two of them times
	// correspond in proportion, and after the last one by how long after it they are.
	Pairs []Pair
}

// Compare finds the first difference between two runs of a spec that matters to a reader: a verb, a life, a barrier
// that was not passed, an operation's outcome, or what a node takes another for. They compare until the bad run failed
// or the good one was over or, if the bad one did not get that far, went on with another verb.
//
// What differs from run to run is none: when exactly, and in which order, things happen between two verbs; what a node
// thinks for less than a fiftieth of the bad run, or 10 ms; and who is elected, as long as nodes change their leader as
// often. Times in the sentence are those of the bad run.
func Compare(good, bad *Record) Difference {
	c := &comparison{good: good, bad: bad, alignment: align(good, bad)}
	const share, least = 50, 10_000
	c.slack = max(bad.end()/share, least)
	c.goodEnd = c.comparable()
	c.compareVerbs()
	c.compareLives()
	c.compareBarriers()
	c.compareOperations()
	c.compareOpinions()
	slices.SortStableFunc(c.found, func(x, y finding) int { return cmp.Compare(x.at.Bad, y.at.Bad) })
	d := Difference{Pairs: c.pairs}
	if len(c.found) == 0 {
		d.Sentence = c.alike()
		return d
	}
	first := c.found[0]
	d.Differs, d.Bad, d.Good = true, first.at.Bad, first.at.Good
	of := []string{first.of}
	for _, f := range c.found {
		switch {
		case f.text != first.text || f.at.Bad > first.at.Bad+c.slack:
		case f.of == first.of && f.role >= 0 && !slices.Contains(d.Roles, f.role):
			d.Roles = append(d.Roles, f.role)
		case f.role == first.role && f.of != first.of:
			of = append(of, f.of)
		}
	}
	if len(d.Roles) > 1 {
		of = of[:1] // the others need not have been of all of these roles
	}
	slices.Sort(d.Roles)
	slices.Sort(of)
	d.Sentence = c.say(first, d.Roles, of)
	return d
}

// comparison is two runs that are being compared.
type comparison struct {
	alignment
	good, bad *Record
	slack     int64 // what happens so soon one after the other may happen in another order
	goodEnd   int64 // of what of the good run has its like in the bad one
	found     []finding
}

// finding is a difference. In its text, {who} are roles, {it} stands for them, {of} is what these think of, and {t} when.
type finding struct {
	at   Pair
	role int // -1 if it is about none
	of   string
	text string
}

// comparable returns until when the good run did what the bad one did: it went on with verbs that the bad one, which
// failed before, never came to.
func (c *comparison) comparable() int64 {
	last := [2]int{-1, -1}
	if n := len(c.verbs); n > 0 {
		last = c.verbs[n-1]
	}
	otherwise := last[1]+1 < len(c.bad.Verbs) && c.bad.Verbs[last[1]+1].At <= c.bad.end()
	if otherwise || last[0]+1 >= len(c.good.Verbs) {
		return c.good.end()
	}
	return min(c.good.Verbs[last[0]+1].At, c.good.end())
}

// near reports whether two times, both in that of the bad run, may be of the same event: they are in one stretch, or
// near to each other, for what happens while a verb is done may come before or after it.
func (c *comparison) near(x, y int64) bool {
	i, long := c.stretch(x, c.bad.end())
	k, other := c.stretch(y, c.bad.end())
	return i == k || max(x-y, y-x) <= max(c.slack, min(long, other)/2)
}

// mine adds something that only the bad run did, at that time of it.
func (c *comparison) mine(bad int64, f finding) {
	if bad <= c.bad.end() && bad+c.slack <= c.toBad(c.goodEnd) {
		f.at = Pair{c.toGood(bad), bad}
		c.found = append(c.found, f)
	}
}

// theirs adds something that only the good run did, at that time of it.
func (c *comparison) theirs(good int64, f finding) {
	if bad := c.toBad(good); good < c.goodEnd && bad+c.slack <= c.bad.end() {
		f.at = Pair{good, bad}
		c.found = append(c.found, f)
	}
}

// literal keeps what a spec calls something from being read as a part of a text that is filled in.
func literal(text string) string { return strings.ReplaceAll(text, "{", "{\x00") }

// say writes the sentence of a difference.
func (c *comparison) say(f finding, roles []int, of []string) Sentence {
	s := about("good run").add("Unlike the run that passed%s: ", c.which())
	for _, v := range slices.Backward(c.bad.Verbs) {
		if v.At <= f.at.Bad && !strings.Contains(f.text, literal(v.Text)) {
			s.add("after %s, ", v.Text)
			break
		}
	}
	it := "it"
	if len(roles) > 1 {
		it = "they"
	}
	fill := strings.NewReplacer("{who}", c.bad.names(roles), "{it}", it, "{of}", enumerate(of), literal("{"), "{")
	before, after, _ := strings.Cut(f.text, "{t}")
	before, after = fill.Replace(before), fill.Replace(after)
	return s.add("%s", before).at(f.at.Bad).add("%s", after).Sentence
}

// alike says that there was no difference, and until when there could be one.
func (c *comparison) alike() Sentence {
	s, until := about("good run"), c.toBad(c.goodEnd)
	if until+c.slack > c.bad.end() {
		return s.add("Until the failure it went as in the run that passed%s.", c.which()).Sentence
	}
	s.add("Until ").at(until).add(" it went as in the run that passed%s, which ", c.which())
	for _, v := range c.good.Verbs {
		if v.At == c.goodEnd {
			return s.add("then went on with %s.", v.Text).Sentence
		}
	}
	return s.add("was over then.").Sentence
}

// which tells the good run from others.
func (c *comparison) which() string {
	switch {
	case c.good.Seed != "" && c.good.Seed != c.bad.Seed:
		return fmt.Sprintf(" (seed %s)", c.good.Seed)
	case c.good.Attempt > 0 && c.good.Attempt != c.bad.Attempt:
		return fmt.Sprintf(" (attempt %d)", c.good.Attempt)
	}
	return ""
}

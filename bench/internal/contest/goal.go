package contest

import (
	"fmt"
	"strings"
)

// Goal is what a contender is meant to reach in a measure: by its median, unless the goal
// says otherwise. Without a value it is missed.
type Goal struct {
	who  string
	text func(Unit) string
	met  func(Result, Measure) bool
}

// AtLeast is the goal of having this much of the yardstick, or more.
func AtLeast(who string, ratio float64) Goal {
	return Goal{who, func(Unit) string { return fmt.Sprintf("≥ %.2f", ratio) }, func(r Result, m Measure) bool {
		return SpreadOf(r.Ratios(m.Name, who, r.yardstickOf(m, who))).Median >= ratio
	}}
}

// AtMost is the goal of needing this many times what the yardstick does, or less.
func AtMost(who string, ratio float64) Goal {
	return Goal{who, func(Unit) string { return fmt.Sprintf("≤ %.2f", ratio) }, func(r Result, m Measure) bool {
		return SpreadOf(r.Ratios(m.Name, who, r.yardstickOf(m, who))).Median <= ratio
	}}
}

// Below is the goal of a value that is not above limit.
func Below(who string, limit float64) Goal {
	return Goal{who, func(u Unit) string { return "≤ " + u.Format(limit) }, func(r Result, m Measure) bool {
		return SpreadOf(r.Values(m.Name, who)).Median <= limit
	}}
}

// Above is the goal of a value that is not below limit.
func Above(who string, limit float64) Goal {
	return Goal{who, func(u Unit) string { return "≥ " + u.Format(limit) }, func(r Result, m Measure) bool {
		return SpreadOf(r.Values(m.Name, who)).Median >= limit
	}}
}

// Never is the goal of a value of 0 in every run.
func Never(who string) Goal {
	return Goal{who, func(Unit) string { return "0 in every run" }, func(r Result, m Measure) bool {
		return SpreadOf(r.Values(m.Name, who)).Max == 0
	}}
}

// AheadOf is the goal of being better than another contender; as good is not enough.
func AheadOf(who, other string) Goal {
	return Goal{who, func(Unit) string { return "ahead of " + other }, func(r Result, m Measure) bool {
		ratio := SpreadOf(r.Ratios(m.Name, who, other)).Median
		if m.Unit.more {
			return ratio > 1
		}
		return ratio < 1
	}}
}

// AtMostMore is the goal of a value that is at most this much above that of another
// contender in the same run.
func AtMostMore(who, other string, more float64) Goal {
	return Goal{who, func(u Unit) string { return "≤ " + other + " + " + u.Format(more) }, func(r Result, m Measure) bool {
		return SpreadOf(r.Differences(m.Name, who, other)).Median <= more
	}}
}

// goalsOf says which goals a contender has in the measure, and whether it met each.
func (r Result) goalsOf(m Measure, who string) string {
	var all []string
	for _, g := range m.Goals {
		if g.who != who {
			continue
		}
		verdict := "met"
		if !g.met(r, m) {
			verdict = "**missed**"
		}
		all = append(all, g.text(m.Unit)+": "+verdict)
	}
	return strings.Join(all, "; ")
}

package chaos

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shrink returns a schedule of which fails holds, as it does of steps, and which is as small as it finds: it
// has fewer steps, found by delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
// Failure-Inducing Input", IEEE TSE 28(2), 2002), then fewer roles, and times that are shorter and rounder. It asks fails of one
// schedule after another, of none twice, until none of its changes makes the schedule smaller, or
// fails returns an error, because time is up say.
func Shrink(steps []Step, roles []string, fails func([]Step) (bool, error)) []Step {
	s := &shrinking{best: steps, roles: roles, fails: fails, asked: map[string]bool{key(steps): true}}
	for before := ""; before != key(s.best) && s.err == nil; {
		before = key(s.best)
		s.fewer()
		s.each(s.simpler)
		s.each(s.shorter)
		s.each(s.rounder)
	}
	return s.best
}

type shrinking struct {
	best  []Step
	roles []string
	fails func([]Step) (bool, error)
	asked map[string]bool
	err   error
}

// key is a text that two schedules have in common if they are the same.
func key(steps []Step) string { return fmt.Sprint(steps) }

// try makes a schedule the best one, and reports whether it could.
func (s *shrinking) try(steps []Step) bool {
	if s.err != nil || s.asked[key(steps)] {
		return false
	}
	s.asked[key(steps)] = true
	var fails bool
	if fails, s.err = s.fails(steps); fails && s.err == nil {
		s.best = steps
		return true
	}
	return false
}

// fewer leaves steps out: all, then each half, each quarter and so on, until each that is left is needed.
func (s *shrinking) fewer() {
	for size := len(s.best); size > 0; {
		left := false
		for from := 0; from < len(s.best); {
			if s.try(slices.Concat(s.best[:from], s.best[min(from+size, len(s.best)):])) {
				left = true
			} else {
				from += size
			}
		}
		if size == 1 && left {
			continue
		}
		size = min(size/2, len(s.best))
	}
}

// each has a change made to each step as often as it can be.
func (s *shrinking) each(change func(i int) bool) {
	for i := 0; i < len(s.best); i++ {
		for change(i) {
		}
	}
}

// replace tries another step in place of one.
func (s *shrinking) replace(i int, step Step) bool {
	steps := slices.Clone(s.best)
	steps[i] = step
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(a.at, b.at) })
	return s.try(steps)
}

// simpler has a step do less, to fewer roles.
func (s *shrinking) simpler(i int) bool {
	step := s.best[i]
	return slices.ContainsFunc(step.less(s.roles), func(words []string) bool {
		return s.replace(i, Step{at: step.at, lasting: step.lasting, Verb: words[0], Args: words[1:]})
	})
}

// less returns verbs, and their arguments, that cut fewer links than the step's.
func (s Step) less(roles []string) (all [][]string) {
	switch s.Verb {
	case "bridge":
		all = append(all, []string{"split", s.Args[0], s.Args[2]})
	case "split":
		left, right := Group(s.Args[0]), Group(s.Args[1])
		if len(left) == 1 && len(right) == 1 {
			return append(all, []string{"partition", left[0], right[0]})
		}
		for i := range left {
			if len(left) > 1 {
				all = append(all, []string{"split", without(left, i), s.Args[1]})
			}
		}
		for i := range right {
			if len(right) > 1 {
				all = append(all, []string{"split", s.Args[0], without(right, i)})
			}
		}
	case "isolate":
		for _, other := range roles {
			if other != s.Args[0] {
				all = append(all, []string{"partition", s.Args[0], other})
			}
		}
	case "partition":
		a, b := s.Args[0], s.Args[1]
		all = append(all, []string{"one-way", a, b}, []string{"one-way", b, a})
	}
	return all
}

func without(group []string, i int) string {
	return strings.Join(slices.Delete(slices.Clone(group), i, i+1), ",")
}

// shorter has a step last as short as need be, to a quarter, and then a round time.
func (s *shrinking) shorter(i int) bool {
	step := s.best[i]
	enough := step.lasting
	for tooShort := time.Duration(0); enough-tooShort > max(enough/4, time.Millisecond); {
		step.lasting = ((enough + tooShort) / 2).Round(time.Millisecond)
		if s.replace(i, step) {
			enough = step.lasting
		} else {
			tooShort = step.lasting
		}
	}
	for _, unit := range units {
		if step.lasting = up(enough, unit); step.lasting <= 2*enough && s.replace(i, step) {
			break
		}
	}
	return false
}

// rounder has a step begin at a rounder time, which is later.
func (s *shrinking) rounder(i int) bool {
	step := s.best[i]
	began := step.at
	for _, unit := range units {
		if step.at = up(began, unit); step.at == began || s.replace(i, step) {
			break
		}
	}
	return false
}

// units are the times whose multiples are round, the roundest first.
var units = []time.Duration{10 * time.Second, time.Second, 100 * time.Millisecond, 10 * time.Millisecond}

func up(d, unit time.Duration) time.Duration { return (d + unit - 1).Truncate(unit) }

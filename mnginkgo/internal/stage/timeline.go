package stage

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Entry is one line of the timeline: a log line of a role, or, without a role,
// something the spec did.
type Entry struct {
	Time time.Time
	Role string
	Text string
}

// Printed begins the Text of an Entry that a role has printed.
const Printed = "| "

// timeline returns the last lines in order of time: lines of different processes
// arrive in another order than they were written.
func (s *Stage) timeline() []Entry {
	lines, before := s.memory.lines.last()
	slices.SortStableFunc(lines, func(x, y Entry) int { return cmp.Compare(x.Time.UnixNano(), y.Time.UnixNano()) })
	if before > 0 {
		first := Entry{Time: lines[0].Time, Text: fmt.Sprintf("(%d earlier lines are not shown)", before)}
		lines = slices.Insert(lines, 0, first)
	}
	return lines
}

package stage

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
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

// timelineLimit bounds a timeline, in lines: the last ones before a failure count,
// and a spec that logs without end must not fill the memory of process 1.
const timelineLimit = 5000

type timeline struct {
	mu      sync.Mutex
	lines   []Entry
	dropped int
}

func (t *timeline) add(e Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) >= 2*timelineLimit {
		t.dropped += timelineLimit
		t.lines = append(t.lines[:0], t.lines[timelineLimit:]...)
	}
	t.lines = append(t.lines, e)
}

// entries returns the last lines in order of time: lines of different processes
// arrive in another order than they were written.
func (t *timeline) entries() []Entry {
	t.mu.Lock()
	lines := slices.Clone(t.lines)
	dropped := t.dropped
	t.mu.Unlock()
	if extra := len(lines) - timelineLimit; extra > 0 {
		lines, dropped = lines[extra:], dropped+extra
	}
	slices.SortStableFunc(lines, func(x, y Entry) int { return cmp.Compare(x.Time.UnixNano(), y.Time.UnixNano()) })
	if dropped > 0 {
		first := Entry{Time: lines[0].Time, Text: fmt.Sprintf("(%d earlier lines are not shown)", dropped)}
		lines = slices.Insert(lines, 0, first)
	}
	return lines
}

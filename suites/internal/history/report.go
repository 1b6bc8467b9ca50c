package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// most is how many violations a report shows. Those that follow from them say little.
const most = 5

// Report describes violations for people: each rule, and below it the lines of history
// with their time since begin. It returns "" if there are none.
func Report(violations []Violation, begin int64) string {
	var b strings.Builder
	for i, v := range violations {
		if i == most {
			fmt.Fprintf(&b, "and %d more\n", len(violations)-most)
			break
		}
		b.WriteString(v.Rule + "\n")
		b.WriteString(Text(v.Lines, begin))
	}
	return b.String()
}

// Text returns events in the order of time, a line each, with the time since begin.
func Text(events []Event, begin int64) string {
	var b strings.Builder
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(x, y Event) int { return cmp.Compare(x.At, y.At) })
	for _, e := range events {
		b.WriteString(strings.TrimRight("  "+e.text(begin), " ") + "\n")
	}
	return b.String()
}

package contest

import (
	"fmt"
	"strings"
)

// header is that of Table.
const header = `| what | who | minimum | median | maximum | ratio: median | minimum to maximum | goal |
|---|---|--:|--:|--:|--:|--:|---|
`

// Table returns one table of all results, in Markdown. Ratios are to the first contender
// of a measure, and of each run by itself.
func Table(results ...Result) string {
	var table strings.Builder
	table.WriteString(header)
	for _, r := range results {
		for _, m := range r.Contest.Measures {
			r.writeRows(&table, m)
		}
	}
	return table.String()
}

func (r Result) writeRows(w *strings.Builder, m Measure) {
	what := m.Name
	for _, who := range r.order(m) {
		values := r.Values(m.Name, who)
		if len(values) == 0 {
			continue
		}
		s := SpreadOf(values)
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", what, who,
			m.Unit.Format(s.Min), m.Unit.Format(s.Median), m.Unit.Format(s.Max), r.ratioCells(m, who), r.goalsOf(m, who))
		what = "" // said once
	}
}

// ratioCells returns the two cells of a contender's ratio.
func (r Result) ratioCells(m Measure, who string) string {
	if who == m.Yardstick {
		return "1 | "
	}
	ratios := r.Ratios(m.Name, who, m.Yardstick)
	if len(ratios) == 0 {
		return " | "
	}
	s := SpreadOf(ratios)
	return fmt.Sprintf("%.2f | %.2f to %.2f", s.Median, s.Min, s.Max)
}

// order returns the contenders with the yardstick first.
func (r Result) order(m Measure) []string {
	var names []string
	for _, c := range r.Contest.Contenders {
		if c.Name == m.Yardstick {
			names = append([]string{c.Name}, names...)
		} else {
			names = append(names, c.Name)
		}
	}
	return names
}

// Missed returns the goals that were not met, for who reads the log.
func (r Result) Missed() (missed []string) {
	for _, m := range r.Contest.Measures {
		for _, g := range m.Goals {
			if !g.met(r, m) {
				missed = append(missed, fmt.Sprintf("%s: %s %s", m.Name, g.who, g.text(m.Unit)))
			}
		}
	}
	return missed
}

package contest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// header is that of Table.
const header = `| what | who | minimum | median | maximum | ratio: median | minimum to maximum | goal |
|---|---|--:|--:|--:|--:|--:|---|
`

// Table returns one table of all results, in Markdown. Ratios are to the first contender
// of a measure, or to the one that they name, and of each run by itself. What failed is
// below the table, and has the rows of the runs before.
func Table(results ...Result) string {
	var table strings.Builder
	table.WriteString(header)
	for _, r := range results {
		for _, m := range r.Contest.Measures {
			r.writeRows(&table, m)
		}
	}
	for _, r := range results {
		if r.Err != nil {
			text, _, _ := strings.Cut(r.Err.Error(), "\n")
			fmt.Fprintf(&table, "\n**Failed** in run %d: %s\n", len(r.runs)+1, text)
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
	yardstick, to := r.yardstickOf(m, who), ""
	if yardstick != m.Yardstick {
		to = " of " + yardstick
	}
	ratios := r.Ratios(m.Name, who, yardstick)
	if len(ratios) == 0 {
		return " | "
	}
	s := SpreadOf(ratios)
	return fmt.Sprintf("%s%s | %s to %s", ratio(s.Median), to, ratio(s.Min), ratio(s.Max))
}

// ratio returns a number with two decimals, or more or less where that would be fewer
// than two digits that count, or more than three.
func ratio(v float64) string {
	digits := 2
	switch size := math.Abs(v); {
	case size >= 99.95:
		digits = 0
	case size >= 9.995:
		digits = 1
	case size > 0 && size < 0.0995:
		digits = 1 - int(math.Floor(math.Log10(size*1.005)))
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
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

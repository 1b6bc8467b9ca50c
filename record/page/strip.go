package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/record"
)

// Strip is what is drawn of a spec in its line. Times are in microseconds since it began.
type Strip struct {
	Took    int64      `json:"took"`
	Cuts    [][2]int64 `json:"cuts,omitempty"`   // from when to when links were cut
	Others  [][2]int64 `json:"others,omitempty"` // and other faults were on
	Failure *int64     `json:"failure,omitempty"`
	Waited  int64      `json:"waited,omitempty"` // before the failure
}

func stripOf(r *record.Record) *Strip {
	s := &Strip{Took: max(r.Took, 1)}
	if f := r.Failure; f != nil {
		at := f.At
		s.Failure, s.Waited, s.Took = &at, f.Waited, max(s.Took, at)
	}
	for _, f := range r.Faults {
		span := [2]int64{f.At, s.Took}
		if f.End != nil {
			span[1] = *f.End
		}
		if f.Kind == record.Cut {
			s.Cuts = append(s.Cuts, span)
		} else {
			s.Others = append(s.Others, span)
		}
	}
	s.Cuts, s.Others = s.joined(s.Cuts), s.joined(s.Others)
	return s
}

// wide is how many units of the drawing a strip is.
const wide = 1000

// joined joins spans that touch, as far as can be seen.
func (s *Strip) joined(spans [][2]int64) (all [][2]int64) {
	slices.SortFunc(spans, func(x, y [2]int64) int { return cmp.Compare(x[0], y[0]) })
	for _, span := range spans {
		if last := len(all) - 1; last >= 0 && span[0] <= all[last][1]+s.Took/wide {
			all[last][1] = max(all[last][1], span[1])
		} else {
			all = append(all, span)
		}
	}
	return all
}

// unit returns where a time is in the drawing.
func (s *Strip) unit(t int64) int64 {
	took := max(s.Took, 1)
	return int64(float64(min(max(t, 0), took)) / float64(took) * wide)
}

// bar is a rectangle of the drawing.
type bar struct {
	Class      string
	X, Y, W, H int64
}

// drawing is a Strip as the template needs it.
type drawing struct{ *Strip }

// Bars returns what it is drawn of.
func (s *drawing) Bars() []bar {
	var all []bar
	add := func(class string, from, to, y, h int64) {
		const least = 8 // to be seen
		x := min(s.unit(from), wide-least)
		all = append(all, bar{class, x, y, max(s.unit(to)-x, least), h})
	}
	for _, span := range s.Others {
		add("other", span[0], span[1], 7, 6)
	}
	for _, span := range s.Cuts {
		add("cut", span[0], span[1], 0, 6)
	}
	if s.Failure != nil {
		if s.Waited > 0 {
			add("wait", *s.Failure-s.Waited, *s.Failure, 15, 3)
		}
		add("failure", *s.Failure, *s.Failure, 0, 20)
	}
	return all
}

// Words says what it shows.
func (s *drawing) Words() string {
	var parts []string
	for _, x := range []struct {
		what  string
		spans [][2]int64
	}{{"cut", s.Cuts}, {"other faults", s.Others}} {
		const shown = 4
		for i, span := range x.spans {
			if i == shown {
				parts = append(parts, "and so on")
				break
			}
			parts = append(parts, fmt.Sprintf("%s from %s to %s", x.what, record.Clock(span[0]), record.Clock(span[1])))
		}
	}
	if s.Waited > 0 {
		parts = append(parts, "waited "+record.Span(s.Waited))
	}
	if s.Failure != nil {
		parts = append(parts, "failed at "+record.Clock(*s.Failure))
	}
	if len(parts) == 0 {
		return "no fault was on"
	}
	return strings.Join(parts, "; ")
}

package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/7aca83c2/multinode/record"
)

// A sentence of the summary, in parts, some of which are links to a moment.
type sentence struct {
	About string
	Parts []part
}

type part struct {
	Text    string
	Seconds string // of the moment, as in the page's address; empty for text that is none
}

// sentences returns the summary of a record or, without one, the first line of its failure.
func sentences(r *record.Record) []sentence {
	if len(r.Summary) == 0 && r.Failure != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(r.Failure.Message), "\n")
		return []sentence{{About: "failure", Parts: []part{{Text: first + " ("}, moment(fmt.Sprintf("%.3f s", float64(r.Failure.At)/1e6), r.Failure.At), {Text: ")"}}}}
	}
	all := make([]sentence, len(r.Summary))
	for i, s := range r.Summary {
		all[i] = sentence{About: s.About, Parts: parts(s)}
	}
	return all
}

// parts cuts a sentence at its moments. One that its text does not have is left out.
func parts(s record.Sentence) []part {
	var all []part
	rest := s.Text
	for _, m := range s.Moments {
		before, after, found := strings.Cut(rest, m.Text)
		if !found || m.Text == "" {
			continue
		}
		all = append(all, part{Text: before}, moment(m.Text, m.At))
		rest = after
	}
	return append(all, part{Text: rest})
}

func moment(text string, at int64) part {
	return part{Text: text, Seconds: strconv.FormatFloat(float64(at)/1e6, 'f', -1, 64)}
}

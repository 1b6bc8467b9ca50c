package flakes

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Run is one run of a spec.
type Run struct {
	Seed   uint64
	Failed bool
	Verbs  []string // what was done in it, as in "partition(a, b)"
}

// Append adds a run to a file, and makes that if need be.
func (r Run) Append(file string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// Read returns the runs of a file, in their order; none if there is no file.
func Read(file string) (runs []Run, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for line := range bytes.Lines(data) {
		var r Run
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		runs = append(runs, r)
	}
	return runs, err
}

// Failed returns how many runs failed, and one that did, that of the smallest seed.
func Failed(runs []Run) (count int, example Run) {
	for _, r := range runs {
		if r.Failed {
			if count++; count == 1 || r.Seed < example.Seed {
				example = r
			}
		}
	}
	return count, example
}

// share counts the runs of a row.
type share struct {
	what         string
	runs, passed int
}

func (s share) percent() float64 { return 100 * float64(s.passed) / float64(s.runs) }

// Table returns which share of the runs passed: by kind of fault, or other verb, that was in them, and by the last
// that was begun; those that pass least come first.
func Table(runs []Run) string {
	var b strings.Builder
	all := shares(runs, func(Run) []string { return []string{"all"} })
	byKind, byLast := shares(runs, kinds), shares(runs, last)
	width := len("by the last verb")
	for _, s := range slices.Concat(byKind, byLast) {
		width = max(width, len(s.what)+2)
	}
	row := func(s share) {
		fmt.Fprintf(&b, "  %-*s  %6d  %5.1f %%\n", width, s.what, s.runs, s.percent())
	}
	fmt.Fprintf(&b, "  %-*s  %6s  %7s\n", width, "", "seeds", "passed")
	for _, s := range all {
		row(s)
	}
	for _, section := range []struct {
		heading string
		shares  []share
	}{{"by kind", byKind}, {"by the last verb", byLast}} {
		b.WriteString("  " + section.heading + "\n")
		for _, s := range section.shares {
			s.what = "  " + s.what
			row(s)
		}
	}
	return b.String()
}

// shares counts runs by what they have, each at most once.
func shares(runs []Run, of func(Run) []string) (all []share) {
	at := map[string]int{}
	for _, r := range runs {
		for _, what := range of(r) {
			i, known := at[what]
			if !known {
				i = len(all)
				at[what] = i
				all = append(all, share{what: what})
			}
			all[i].runs++
			if !r.Failed {
				all[i].passed++
			}
		}
	}
	slices.SortFunc(all, func(x, y share) int {
		return cmp.Or(cmp.Compare(x.percent(), y.percent()), cmp.Compare(y.runs, x.runs), cmp.Compare(x.what, y.what))
	})
	return all
}

// kinds returns the different kinds of verbs of a run, without what it took back.
func kinds(r Run) (kinds []string) {
	for _, verb := range r.Verbs {
		if kind, is := kind(verb); is && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if kinds == nil {
		return []string{"(none)"}
	}
	return kinds
}

func last(r Run) []string {
	for _, verb := range slices.Backward(r.Verbs) {
		if kind, is := kind(verb); is {
			return []string{kind}
		}
	}
	return []string{"(none)"}
}

// kind returns that of a verb, unless it takes others back, or only has others done.
func kind(verb string) (kind string, is bool) {
	kind, _, _ = strings.Cut(verb, "(")
	mends := []string{"unleash", "start", "resume", "heal", "heal all", "mend"}
	return kind, !slices.Contains(mends, kind) && !strings.HasPrefix(kind, "undo ") && !strings.HasPrefix(kind, "release ")
}

package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"path"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/record"
)

// Index is a list of specs: those that have left pages in a folder, or all of a run. List makes an entry of a record; one
// for a spec without a record needs no more than its text and state:
//
//	index := page.Index{Title: "failed specs", Specs: []page.Listed{page.List(r, "20300102-030405.000-p1-x.html"), {Spec: "y", State: "passed"}}}
//	err := page.WriteIndex(file, index)
//
// That of another suite, which ReadIndex gets out of its file, becomes a part of it with Merge, and In says where its
// pages are.
type Index struct {
	Title string   `json:"title"`
	Specs []Listed `json:"specs"`
}

// Listed is what an Index says of a spec. All but Spec and State may be empty.
type Listed struct {
	Spec     string   `json:"spec"` // its whole text
	State    string   `json:"state"`
	Suite    string   `json:"suite,omitempty"`
	Place    string   `json:"place,omitempty"` // file:line
	Variant  string   `json:"variant,omitempty"`
	Roles    []string `json:"roles,omitempty"`
	Page     string   `json:"page,omitempty"` // the path to its page from the folder of the index, with slashes
	Headline string   `json:"headline,omitempty"`
	// Attempts are how often it was tried: one that has passed is flaky if they are more than one.
	Attempts int           `json:"attempts,omitempty"`
	Process  int           `json:"process,omitempty"`
	Idle     []string      `json:"idle,omitempty"` // faults that no frame has met
	Began    time.Time     `json:"began,omitzero"`
	Took     time.Duration `json:"took,omitempty"` // in nanoseconds, in JSON
	Strip    *Strip        `json:"strip,omitempty"`
}

// List returns what an Index says of a recorded spec, whose page is at that path from the folder of the index. Began is
// that of the record, which in virtual time is of the virtual clock.
func List(r *record.Record, page string) Listed {
	l := Listed{
		Spec: r.Spec, State: r.State, Suite: r.Suite, Place: r.Place, Variant: r.Variant, Roles: r.Roles, Page: page, Attempts: r.Attempt,
		Process: r.Process, Began: r.Began, Took: time.Duration(r.Took) * time.Microsecond, Strip: stripOf(r),
	}
	if all := sentences(r); len(all) > 0 {
		for _, p := range all[0].Parts {
			l.Headline += p.Text
		}
	}
	for _, f := range r.Faults {
		if f.Bites == 0 && !slices.Contains(l.Idle, f.Verb) {
			l.Idle = append(l.Idle, f.Verb)
		}
	}
	return l
}

// failing are the states of specs that have failed.
var failing = []string{"failed", "panicked", "timedout", "interrupted", "aborted", "unreadable"}

// The outcomes of specs, in the order in which an Index has them.
const (
	failed = iota
	flaky
	passed
	other
)

func (l Listed) outcome() int {
	switch {
	case slices.Contains(failing, l.State):
		return failed
	case l.State == "passed" && l.Attempts > 1:
		return flaky
	case l.State == "passed":
		return passed
	}
	return other
}

// Outcome returns "failed", whichever way it has, "flaky" if it has passed after failing, "passed", or its state.
func (l Listed) Outcome() string {
	if o := l.outcome(); o != other {
		return []string{"failed", "flaky", "passed"}[o]
	}
	return l.State
}

// Merge returns an Index of all specs of several: of suites, say, or of processes. What is in two of them is in it once.
func (x Index) Merge(others ...Index) Index {
	type identity struct {
		suite, spec, variant, page string
		process, attempts          int
		began                      int64
	}
	seen := map[identity]bool{}
	all := Index{Title: x.Title}
	for _, o := range append([]Index{x}, others...) {
		for _, l := range o.Specs {
			id := identity{l.Suite, l.Spec, l.Variant, l.Page, l.Process, l.Attempts, l.Began.UnixNano()}
			if !seen[id] {
				seen[id] = true
				all.Specs = append(all.Specs, l)
			}
		}
	}
	return all
}

// In returns the index for another folder, from which that of this one has that path, with slashes.
func (x Index) In(folder string) Index {
	x.Specs = slices.Clone(x.Specs)
	for i := range x.Specs {
		if p := &x.Specs[i].Page; *p != "" {
			*p = path.Join(folder, *p)
		}
	}
	return x
}

// sorted returns the specs that failed, then those that were flaky, the latest first; then the others, the slowest first.
func (x Index) sorted() []Listed {
	all := slices.Clone(x.Specs)
	slices.SortStableFunc(all, func(l, m Listed) int {
		if c := cmp.Compare(l.outcome(), m.outcome()); c != 0 {
			return c
		}
		if l.outcome() <= flaky {
			return cmp.Or(m.Began.Compare(l.Began), cmp.Compare(l.Spec, m.Spec))
		}
		return cmp.Or(cmp.Compare(m.Took, l.Took), cmp.Compare(l.Spec, m.Spec))
	})
	return all
}

// tally is how many specs there are of an outcome.
type tally struct {
	Outcome string
	Count   int
}

func tallies(specs []Listed) []tally {
	var all []tally
	for _, l := range specs {
		i := slices.IndexFunc(all, func(t tally) bool { return t.Outcome == l.Outcome() })
		if i < 0 {
			i = len(all)
			all = append(all, tally{Outcome: l.Outcome()})
		}
		all[i].Count++
	}
	return all
}

var (
	indexLayout = template.Must(template.ParseFS(files, "template/index.html"))
	indexStyle  = source("index.css")
	indexScript = source("index.js")
	indexPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; script-src " + hash(indexScript) + "; style-src " + hash(indexStyle)
)

const indexOpening = `<script type="application/json" id="index">`

// WriteIndex writes an Index as one HTML file, with a line for each spec: those that failed first, then those that were
// flaky, then the slow ones. The error is of what it writes to, or of an Index that JSON has no way to say.
func WriteIndex(to io.Writer, x Index) error {
	x.Specs = x.sorted()
	packed, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	rows := make([]row, len(x.Specs))
	for i, l := range x.Specs {
		rows[i] = row{l}
	}
	var page bytes.Buffer
	err = indexLayout.Execute(&page, map[string]any{
		"Policy": indexPolicy, "Style": template.CSS(indexStyle), "Script": template.JS(indexScript), "Packed": template.JS(packed),
		"Title": x.Title, "Rows": rows, "Tallies": tallies(x.Specs),
	})
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if _, err := to.Write(bytes.ToValidUTF8(page.Bytes(), []byte("\uFFFD"))); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// ReadIndex gets an Index back out of what WriteIndex has written. It returns an error for what is none.
func ReadIndex(from io.Reader) (Index, error) {
	var x Index
	page, err := io.ReadAll(from)
	if err != nil {
		return x, fmt.Errorf("page: %w", err)
	}
	_, rest, found := bytes.Cut(page, []byte(indexOpening))
	packed, _, ends := bytes.Cut(rest, []byte(closing))
	if !found || !ends {
		return x, errors.New("page: there is no index in it")
	}
	if err := json.Unmarshal(packed, &x); err != nil {
		return x, fmt.Errorf("page: %w", err)
	}
	return x, nil
}

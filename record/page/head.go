package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/7aca83c2/multinode/record"
)

// Head is what a list of pages says of each. It is near the begin of a page and, as JSON, under 2 kB: long texts
// are cut, and end in "…" then, and long lists are cut to their begin.
type Head struct {
	Spec    string    `json:"spec"`
	Suite   string    `json:"suite,omitempty"`
	Place   string    `json:"place,omitempty"`
	State   string    `json:"state"`
	Variant string    `json:"variant"`
	Summary []string  `json:"summary,omitempty"`
	Roles   []string  `json:"roles"`
	Faults  []string  `json:"faults,omitempty"` // their verbs, in order, each once
	Began   time.Time `json:"began"`
	Took    int64     `json:"took"` // microseconds
}

const (
	headOpening = `<script type="application/json" id="head">`
	headLimit   = 2000 // bytes
)

// ReadHead reads the head of a page, and no more of it than it has to. It returns an error for what is no page.
func ReadHead(from io.Reader) (Head, error) {
	var head Head
	begin, err := io.ReadAll(io.LimitReader(from, 16<<10)) // it is near the begin
	if err != nil {
		return head, fmt.Errorf("page: %w", err)
	}
	_, rest, found := bytes.Cut(begin, []byte(headOpening))
	text, _, ends := bytes.Cut(rest, []byte(closing))
	if !found || !ends {
		return head, errors.New("page: there is no head in it")
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return head, fmt.Errorf("page: %w", err)
	}
	return head, nil
}

// headOf returns the head of a record as JSON, which escapes what could end the element that it is in.
func headOf(r *record.Record) ([]byte, error) {
	full := Head{Spec: r.Spec, Suite: r.Suite, Place: r.Place, State: r.State, Variant: r.Variant, Roles: r.Roles, Began: r.Began, Took: r.Took}
	for _, s := range r.Summary {
		full.Summary = append(full.Summary, s.Text)
	}
	named := map[string]bool{}
	for _, f := range r.Faults {
		if !named[f.Verb] {
			named[f.Verb] = true
			full.Faults = append(full.Faults, f.Verb)
		}
	}
	for text, list := 400, 64; ; text, list = text*2/3, max(1, list*2/3) {
		head, err := json.Marshal(full.cut(text, list))
		if err != nil || len(head) < headLimit {
			return head, err
		}
	}
}

// cut returns a head whose texts have at most that many bytes, and its lists that many texts.
func (h Head) cut(text, list int) Head {
	for _, s := range []*string{&h.Spec, &h.Suite, &h.Place, &h.State, &h.Variant} {
		*s = cut(*s, text)
	}
	for _, l := range []*[]string{&h.Summary, &h.Roles, &h.Faults} {
		short := []string{}
		for _, s := range (*l)[:min(len(*l), list)] {
			short = append(short, cut(s, text))
		}
		*l = short
	}
	return h
}

func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}

package record

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Summarize returns the answer in words, in up to four sentences: what the spec failed of and when; whether the
// nodes' views differ then, how, and since when; which faults were on, since when, and how many frames met them;
// and who has not heard whom, and since when. One of which there is nothing to say is not there.
func (r *Record) Summarize() []Sentence {
	var all []Sentence
	for _, s := range []*sentence{r.failed(), r.differ(), r.troubled(), r.silent()} {
		if s != nil {
			all = append(all, s.Sentence)
		}
	}
	return all
}

// sentence is a Sentence that is being written.
type sentence struct{ Sentence }

func about(what string) *sentence { return &sentence{Sentence{About: what}} }

func (s *sentence) add(format string, args ...any) *sentence {
	s.Text += fmt.Sprintf(format, args...)
	return s
}

// at adds a moment.
func (s *sentence) at(t int64) *sentence {
	text := Clock(t)
	s.Moments = append(s.Moments, Moment{text, t})
	return s.add("%s", text)
}

// Clock words a time since the record began: "2.506 s", or "1h0m2.506s" from 1000 s on.
func Clock(t int64) string {
	d := time.Duration(t) * time.Microsecond
	if d >= 1000*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return fmt.Sprintf("%.3f s", d.Seconds())
}

// Span words how long something took, to three digits or so.
func Span(t int64) string {
	switch d := time.Duration(t) * time.Microsecond; {
	case d >= 1000*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	default:
		return fmt.Sprintf("%.3g ms", float64(t)/1000)
	}
}

// end returns when the record is looked at: when the spec failed, or ended.
func (r *Record) end() int64 {
	if r.Failure != nil {
		return r.Failure.At
	}
	return r.Took
}

// states has the participle for how a spec has ended.
var states = map[string]string{"panicked": "Panicked", "timedout": "Timed out", "interrupted": "Interrupted", "aborted": "Aborted"}

func (r *Record) failed() *sentence {
	s, f := about("failure"), r.Failure
	if f == nil {
		if r.State != "" && r.State != "passed" {
			return s.add("The spec was %s, after ", r.State).at(r.Took).add(".")
		}
		return s.add("The spec passed, after ").at(r.Took).add(".")
	}
	how := states[r.State]
	if how == "" {
		how = "Failed"
	}
	s.add("%s at ", how).at(f.At)
	if held := strings.HasPrefix(f.Message, "Failed after"); f.Waited > 0 && held {
		s.add(", when it had held for %s", Span(f.Waited))
	} else if f.Waited > 0 {
		s.add(", after waiting %s", Span(f.Waited))
	}
	if f.Wanted == "" {
		return s.add(": %s%s", headline(f.Message), r.under(f.At))
	}
	var others []int
	who := ""
	for _, row := range f.Rows {
		who = r.Role(row.Role)
		if !row.Wanted {
			others = append(others, row.Role)
		}
	}
	if f.Whole {
		who = "every live node"
	}
	s.add(": %s was %s", who, f.Wanted)
	if strings.HasPrefix(f.Wanted, "not ") || len(others) == 0 || !f.Whole {
		return s.add(".")
	}
	return s.add("; %s not.", r.verb(others, "does", "do"))
}

// Parts of a message of Gomega's that say nothing in a sentence, or what that says already: addresses, what a value looks
// like inside, how long it waited, and for whom; and of a place more than its folder.
var (
	address = regexp.MustCompile(` \| 0x[0-9a-f]+`)
	inside  = regexp.MustCompile(`(?m)^    \{\n(?:        .*\n|\n)*    \}\n?`)
	waited  = regexp.MustCompile(`^(Timed out|Failed|Told to stop trying) after \d.*s\.\n`)
	passed  = regexp.MustCompile(`^The (function|matcher) passed to \w+ .*:\n`)
	place   = regexp.MustCompile(`/\S+/([^/\s]+/[^/\s]+\.go:\d+)`)
	strange = regexp.MustCompile(`^(Unexpected error|Expected success, but got an error):\s+(<[^>]*>:\s+)?`)
)

// headline returns what a message says first, in one line. Messages of Gomega, and those whose first line leads to the
// next ones, say it in several.
func headline(message string) string {
	message = inside.ReplaceAllString(address.ReplaceAllString(message, ""), "")
	message = place.ReplaceAllString(message, "$1")
	for _, begin := range []*regexp.Regexp{waited, passed, strange} {
		message = begin.ReplaceAllString(strings.TrimSpace(message), "")
	}
	first, _, _ := strings.Cut(message, "\n")
	if !strings.HasSuffix(first, ":") && !strings.HasPrefix(message, "Expected") {
		message = first
	}
	message = strings.Join(strings.Fields(message), " ")
	const limit = 200
	if runes := []rune(message); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return message
}

// Role returns the name of a role, or "?" if there is none of that number.
func (r *Record) Role(i int) string {
	if i < 0 || i >= len(r.Roles) {
		return "?"
	}
	return r.Roles[i]
}

// names enumerates roles: "a, b and c".
func (r *Record) names(roles []int) string {
	texts := make([]string, len(roles))
	for i, role := range roles {
		texts[i] = r.Role(role)
	}
	return enumerate(texts)
}

func enumerate(texts []string) string {
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

// verb has roles do something: "a does", "a and b do".
func (r *Record) verb(roles []int, one, many string) string {
	if len(roles) == 1 {
		return r.Role(roles[0]) + " " + one
	}
	return r.names(roles) + " " + many
}

// lives returns the state of each role at a time.
func (r *Record) lives(t int64) []Life {
	lives := make([]Life, len(r.Roles))
	for i := range lives {
		lives[i] = Life{Role: i, State: "not started"}
	}
	for _, l := range r.Lives {
		if l.At <= t && l.Role >= 0 && l.Role < len(lives) {
			lives[l.Role] = l
		}
	}
	return lives
}

// troubled says which faults are on, and who does not run.
func (r *Record) troubled() *sentence {
	s, end := about("faults"), r.end()
	var on []Fault
	var last *Fault
	for i, f := range r.Faults {
		if f.At > end {
			continue
		}
		if f.End == nil || *f.End >= end {
			on = append(on, f)
		} else if last == nil || *f.End >= *last.End {
			last = &r.Faults[i]
		}
	}
	const shown = 3
	for i, f := range on[:min(len(on), shown)] {
		s.add("%s%s since ", []string{"Faults on: ", "; "}[min(i, 1)], f.Verb).at(f.At).add(", met by %s", frames(f.Bites))
	}
	if more := len(on) - shown; more > 0 {
		s.add("; and %d more", more)
	}
	if len(on) > 0 {
		s.add(". ")
	}
	for _, l := range r.lives(end) {
		if l.State == Running {
			continue
		}
		s.add("%s is %s", r.Role(l.Role), l.State)
		if l.At > 0 {
			s.add(" since ").at(l.At)
		}
		s.add(". ")
	}
	switch {
	case len(on) == 0 && last != nil:
		s.add("No fault was on a link; the last, %s, ended at ", last.Verb).at(*last.End).add(".")
	case s.Text == "":
		s.add("No fault was on.")
	}
	s.Text = strings.TrimSpace(s.Text)
	return s
}

// under says which command a spec was in that has run out of time.
func (r *Record) under(at int64) string {
	if r.State != "timedout" {
		return ""
	}
	const soon = 1_000_000 // it ends with the spec
	for _, o := range slices.Backward(r.Operations) {
		if o.Command && o.At <= at && (o.End == nil || *o.End >= at && *o.End <= at+soon) {
			return fmt.Sprintf(", in a command (%s) on %s for %s", o.Place, r.Role(o.Role), Span(at-o.At))
		}
	}
	return ""
}

func frames(n uint64) string {
	switch n {
	case 0:
		return "no frame"
	case 1:
		return "one frame"
	}
	return fmt.Sprintf("%d frames", n)
}

// silence is that a role has not heard another one.
type silence struct {
	link  int
	since int64 // when it last did; -1 if never
}

// silent says who has not heard whom for long. A link's own history decides what is long: what was sent since
// is lost, or it is ten times as quiet as it was before, for 50 ms at least.
func (r *Record) silent() *sentence {
	n, end := len(r.Roles), r.end()
	var silences []silence
	lives := r.lives(end)
	for link, h := range r.histories(end) {
		from, to := link/n, link%n
		if lives[from].State != Running || lives[to].State != Running {
			continue
		}
		if h.isSilent(end) {
			silences = append(silences, silence{link, h.last})
		}
	}
	if len(silences) == 0 {
		return nil
	}
	slices.SortStableFunc(silences, func(x, y silence) int { return cmp.Compare(x.since, y.since) })
	s, told := about("silence").add("Silence: "), 0
	const shown = 3
	for i := 0; i < len(silences); i++ {
		x := silences[i]
		from, to := x.link/n, x.link%n
		back := slices.IndexFunc(silences, func(y silence) bool { return y.link == to*n+from })
		if told == shown {
			s.add("; and %d more links", len(silences)-i)
			break
		}
		if told > 0 {
			s.add("; ")
		}
		told++
		since := x.since
		if back > i {
			s.add("%s and %s have not heard each other", r.Role(min(from, to)), r.Role(max(from, to)))
			since = max(since, silences[back].since)
			silences = slices.Delete(silences, back, back+1)
		} else {
			s.add("%s has not heard %s", r.Role(to), r.Role(from))
		}
		if since < 0 {
			s.add(" at all")
			continue
		}
		s.add(" since ").at(since).add(", for %s", Span(end-since))
	}
	return s.add(".")
}

// history is what has come over a link until a time, in the present lives of both.
type history struct {
	first, last int64 // that came; -1 if none did
	came        int
	lost        int // since the last that came
}

// isSilent reports whether nothing has come for long: what was sent is lost, or it is ten times as quiet as it was.
func (h history) isSilent(end int64) bool {
	const usual, least, enough = 10, 50_000, 10
	quiet := end - h.last
	switch {
	case h.came == 0:
		return h.lost > 1
	case quiet < least:
		return false
	case h.lost > 1: // a single one may be bad luck
		return true
	}
	return h.came >= enough && quiet > usual*(h.last-h.first)/int64(h.came-1)
}

func (r *Record) histories(end int64) []history {
	n := len(r.Roles)
	all := make([]history, n*n)
	for i := range all {
		all[i] = history{first: -1, last: -1}
	}
	born := make([]int64, n) // of the present lives
	for _, l := range r.Lives {
		if l.Role >= 0 && l.Role < n && l.At <= end && l.Incarnation > 1 && l.State == "booting" {
			born[l.Role] = l.At
		}
	}
	come := func(link int, frames int, at int64) {
		h := &all[link]
		if at < max(born[link/n], born[link%n]) {
			return
		}
		if h.first < 0 {
			h.first = at
		}
		h.last, h.came, h.lost = max(h.last, at), h.came+frames, 0
	}
	for _, b := range r.LeftOut.Buckets { // of which nobody knows when exactly
		if b.Delivered > 0 && b.Link < len(all) {
			come(b.Link, int(b.Delivered), min(b.At+b.Width, end))
		}
	}
	for f := range r.EachFrame() {
		switch link := f.From*n + f.To; {
		case f.Sent > end || f.Fate == Waiting || f.End > end:
		case f.Fate == Delivered:
			come(link, 1, f.End)
		case f.Sent >= max(born[f.From], born[f.To]):
			all[link].lost++
		}
	}
	return all
}

package recorder

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/transport"
)

// Sources are those of a record, beside the Recorder.
type Sources struct {
	Began    time.Time // from when on times count
	Roles    names.Roles
	Stage    stage.Recorded
	Timeline []stage.Entry
	Turns    []cast.Turn
	Faults   []faults.Past
	View     func(seen []byte) (record.View, bool)           // decodes a sight, but for its time and role
	Kind     func(link transport.Link, prefix []byte) string // what a frame is; "" if that is not known
}

// writer puts what is known into a record.
type writer struct {
	*record.Record
	from Sources
	role map[string]int
}

// Into puts all that was noted into a record, which has what is known of the spec itself already.
func (r *Recorder) Into(to *record.Record, from Sources) {
	w := writer{to, from, map[string]int{}}
	to.Began, to.Roles = from.Began, from.Roles.Names
	for i, role := range to.Roles {
		w.role[role] = i
	}
	w.lives()
	w.views()
	w.faults()
	w.log()
	w.barriers()
	w.stalls()
	w.frames()
	r.mu.Lock()
	defer r.mu.Unlock()
	w.verbs(r.verbs)
	w.operations(r.operations)
	if to.Failure != nil {
		w.looked(r.look)
	}
}

// at returns a time of the record.
func (w *writer) at(t time.Time) int64 { return max(0, t.Sub(w.Began).Microseconds()) }

// end returns a time of the record, or nil for what has not ended.
func (w *writer) end(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	at := w.at(t)
	return &at
}

// indexOf returns the number of a role, or -1.
func (w *writer) indexOf(role string) int {
	if i, is := w.role[role]; is {
		return i
	}
	return -1
}

func (w *writer) lives() {
	for _, t := range w.from.Turns {
		w.Lives = append(w.Lives, record.Life{At: w.at(t.Time), Role: w.indexOf(t.Role), State: string(t.State), Incarnation: t.Incarnation})
	}
}

func (w *writer) views() {
	w.LeftOut.Views = w.from.Stage.SightsBefore
	for _, s := range w.from.Stage.Sights {
		if v, ok := w.from.View(s.Seen); ok {
			v.At, v.Role, v.Polled = w.at(s.Time), w.indexOf(s.Role), s.Polled
			w.Views = append(w.Views, v)
		}
	}
	slices.SortStableFunc(w.Views, func(x, y record.View) int { return cmp.Compare(x.At, y.At) })
}

func (w *writer) faults() {
	for _, f := range w.from.Faults {
		kind := record.Cut
		if !f.Cut {
			kind = f.Rule.Kind.String()
		}
		past := record.Fault{At: w.at(f.Began), Verb: f.Verb, Kind: kind, Bites: f.Bites, Place: short(f.Where)}
		ended := time.Time{} // of the last link
		seen := map[[2]int]bool{}
		for _, l := range f.Links {
			end := f.Ends[l]
			link := [2]int{w.indexOf(w.from.Roles.At(l.From)), w.indexOf(w.from.Roles.At(l.To))}
			if !seen[link] { // the other one is that of the roles' Networks
				seen[link] = true
				past.Links = append(past.Links, record.Ended{From: link[0], To: link[1], End: w.end(end)})
			}
			switch {
			case end.IsZero():
				ended = time.Unix(1<<40, 0) // never
			case end.After(ended):
				ended = end
			}
		}
		if ended.Before(time.Unix(1<<40, 0)) {
			past.End = w.end(ended)
		}
		w.Faults = append(w.Faults, past)
	}
}

// short returns of a place the file with its folder, and the line.
func short(place string) string {
	dir, file := filepath.Split(place)
	return filepath.ToSlash(filepath.Join(filepath.Base(dir), file))
}

func (w *writer) log() {
	for i, e := range w.from.Timeline {
		if i == 0 && strings.HasSuffix(e.Text, "earlier lines are not shown)") {
			number, _, _ := strings.Cut(strings.TrimPrefix(e.Text, "("), " ")
			w.LeftOut.Lines, _ = strconv.Atoi(number)
			continue
		}
		w.Log = append(w.Log, record.Line{At: w.at(e.Time), Role: w.indexOf(e.Role), Text: e.Text})
	}
}

func (w *writer) barriers() {
	w.LeftOut.Barriers = w.from.Stage.StaysBefore
	for _, s := range w.from.Stage.Stays {
		w.Barriers = append(w.Barriers, record.Barrier{At: w.at(s.Came), End: w.end(s.Went), Role: w.indexOf(s.Role), Name: s.Name, Error: s.Error})
	}
}

func (w *writer) stalls() {
	for _, s := range w.from.Stage.Stalls {
		stall := record.Stall{At: w.at(s.Time), What: s.What}
		for _, g := range s.Where {
			where := record.Goroutines{Count: g.Count, Stack: g.Stack}
			for _, role := range g.Roles {
				where.Roles = append(where.Roles, w.indexOf(role))
			}
			stall.Where = append(stall.Where, where)
		}
		w.Stalls = append(w.Stalls, stall)
	}
}

func (w *writer) verbs(all []span) {
	for _, v := range all {
		w.Verbs = append(w.Verbs, record.Verb{At: w.at(v.began), End: w.end(v.ended), Text: v.text, Error: v.err})
	}
}

func (w *writer) operations(all latest) {
	w.LeftOut.Operations = all.before
	for _, o := range all.all {
		w.Operations = append(w.Operations, record.Operation{
			At: w.at(o.began), End: w.end(o.ended), Client: o.Client, Role: w.indexOf(o.Role), Command: o.Command,
			Input: o.Input, Output: o.output, Error: o.error, Place: o.Place,
		})
	}
}

// looked says what the matcher that has failed has seen.
func (w *writer) looked(l look) {
	f := w.Failure
	if l.matcher == nil || !strings.Contains(f.Message, l.wanted) {
		return
	}
	to := "to "
	if strings.Contains(f.Message, "not to "+l.wanted) {
		to = "not to "
	}
	f.Wanted, f.Whole = strings.TrimSpace(to+l.wanted+" "+l.detail), l.whole
	for _, row := range l.rows {
		f.Rows = append(f.Rows, record.Row{Role: w.indexOf(row.Role), Seen: row.Text, Wanted: row.Wanted})
	}
}

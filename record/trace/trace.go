package trace

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/7aca83c2/multinode/record"
)

// Write writes a record as one JSON object. The error is of what it writes to.
func Write(to io.Writer, r *record.Record) error {
	b := newBuilder(r)
	b.spec()
	b.lives()
	b.views()
	b.faults()
	b.barriers()
	b.log()
	b.frames()
	b.place()
	err := json.NewEncoder(to).Encode(map[string]any{"traceEvents": b.events, "displayTimeUnit": "ms", "otherData": about(r)})
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}

// about has what is known of the whole.
func about(r *record.Record) map[string]string {
	all := map[string]string{"spec": r.Spec, "state": r.State, "variant": r.Variant, "seed": r.Seed, "place": r.Place, "began": r.Began.String()}
	for _, s := range r.Summary {
		all[s.About] = s.Text
	}
	return all
}

// event is one of the format's.
type event struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"` // what kind of event it is, see the constants
	At       int64          `json:"ts"`
	Took     *int64         `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	ID       int            `json:"id,omitempty"` // of an arrow
	Binds    string         `json:"bp,omitempty"` // "e": an arrow ends at the slice that it ends in
	Scope    string         `json:"s,omitempty"`  // of an instant: its thread or everything
	Args     map[string]any `json:"args,omitempty"`
}

const (
	slice    = "X"
	instant  = "i"
	metadata = "M"
	begins   = "s" // an arrow
	ends     = "f"
)

// builder makes the events of a record.
type builder struct {
	*record.Record
	events  []event
	slices  []span // that have no thread yet
	until   int64
	threads map[thread]int // their numbers
}

// thread is one of a role, or of the spec.
type thread struct {
	role  int // or theSpec
	title string
	row   int // 2 and so on for what overlaps with those before
}

const theSpec = -1

// span is a slice to be.
type span struct {
	thread
	name    string
	at, end int64
	args    map[string]any
}

func newBuilder(r *record.Record) *builder {
	b := &builder{Record: r, until: max(r.Took, 1), threads: map[thread]int{}}
	if r.Failure != nil {
		b.until = max(b.until, r.Failure.At)
	}
	b.process(theSpec, "spec: "+r.Spec)
	for role, name := range r.Roles {
		b.process(role, name)
	}
	return b
}

// number returns that of a role's process. It is not 0, which means the idle process to some viewers.
func number(role int) int { return role + 2 }

func (b *builder) metadata(what string, role, thread int, key string, value any) {
	b.events = append(b.events, event{Name: what, Phase: metadata, Process: number(role), Thread: thread, Args: map[string]any{key: value}})
}

func (b *builder) process(role int, name string) {
	b.metadata("process_name", role, 0, "name", name)
	b.metadata("process_sort_index", role, 0, "sort_index", number(role))
}

// thread returns the number of a thread, which no other one has in any process.
func (b *builder) thread(t thread) int {
	id, known := b.threads[t]
	if known {
		return id
	}
	id = len(b.threads) + 1
	b.threads[t] = id
	name, order := t.title, 1000*id
	if t.row > 0 {
		name = fmt.Sprintf("%s %d", t.title, t.row)
		order = 1000*b.threads[thread{t.role, t.title, 0}] + t.row // beneath the first
	}
	b.metadata("thread_name", t.role, id, "name", name)
	b.metadata("thread_sort_index", t.role, id, "sort_index", order)
	return id
}

// slice adds one, which goes on if it has no end.
func (b *builder) slice(role int, title, name string, at int64, end *int64, args map[string]any) {
	s := span{thread{role, title, 0}, name, at, max(b.until, at), args}
	if end != nil {
		s.end = max(*end, at)
	}
	b.thread(s.thread)
	b.slices = append(b.slices, s)
}

// place puts each slice on the first thread of its title that is free by then.
func (b *builder) place() {
	free := map[thread]int64{}
	slices.SortStableFunc(b.slices, func(x, y span) int { return cmp.Compare(x.at, y.at) })
	for _, s := range b.slices {
		for s.row = 0; free[s.thread] > s.at; s.row = max(2, s.row+1) {
		}
		free[s.thread] = s.end
		took := s.end - s.at
		b.events = append(b.events, event{
			Name: s.name, Category: s.title, Phase: slice, At: s.at, Took: &took, Process: number(s.role), Thread: b.thread(s.thread), Args: s.args,
		})
	}
}

func (b *builder) instant(role int, title, name string, at int64, args map[string]any) {
	b.events = append(b.events, event{
		Name: name, Category: title, Phase: instant, At: at, Process: number(role), Thread: b.thread(thread{role, title, 0}), Scope: "t", Args: args,
	})
}

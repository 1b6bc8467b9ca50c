package trace

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/7aca83c2/multinode/record"
)

// moment is where frames are sent or arrive at one time: one slice has them all, or there would be as many on top of each
// other.
type moment struct {
	role  int
	title string
	at    int64
}

const (
	sends = "frames sent"
	gets  = "frames received"
)

// frames has a slice of a microsecond where frames were sent, and where they have arrived, an arrow between them, and an
// instant where one was lost.
func (b *builder) frames() {
	slots := map[moment][]record.Frame{}
	id := 0
	for f := range b.EachFrame() {
		from, to := moment{f.From, sends, f.Sent}, moment{f.To, gets, f.End}
		slots[from] = append(slots[from], f)
		switch {
		case f.Fate == record.Delivered:
			slots[to] = append(slots[to], f)
			id++
			b.arrow(begins, id, from, f)
			b.arrow(ends, id, to, f)
		case f.Lost():
			b.instant(f.To, gets, "lost: "+f.Reason, f.End, map[string]any{"frame": b.describe(f)})
		}
	}
	order := make([]moment, 0, len(slots))
	for m := range slots {
		order = append(order, m)
	}
	slices.SortFunc(order, func(x, y moment) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.role, y.role), cmp.Compare(x.title, y.title))
	})
	for _, m := range order {
		name, texts := nameOf(slots[m][0]), []string{}
		for _, f := range slots[m] {
			texts = append(texts, b.describe(f))
		}
		if len(texts) > 1 {
			name = fmt.Sprintf("%d frames", len(texts))
		}
		end := m.at + 1
		b.slice(m.role, m.title, name, m.at, &end, map[string]any{"frames": texts})
	}
}

func (b *builder) arrow(phase string, id int, m moment, f record.Frame) {
	e := event{Name: nameOf(f), Category: "frame", Phase: phase, At: m.at, Process: number(m.role), Thread: b.thread(thread{m.role, m.title, 0}), ID: id}
	if phase == ends {
		e.Binds = "e"
	}
	b.events = append(b.events, e)
}

func nameOf(f record.Frame) string {
	if f.Kind == "" {
		return "frame"
	}
	return f.Kind
}

func (b *builder) describe(f record.Frame) string {
	return fmt.Sprintf("%s from %s to %s, %d bytes, %s", nameOf(f), b.Role(f.From), b.Role(f.To), f.Bytes, f.Reason)
}

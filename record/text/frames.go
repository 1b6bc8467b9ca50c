package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/record"
)

// apart is how long after a lost frame, in microseconds, one that was lost for the same reason begins a line of its own.
const apart = 1_000_000

// burst are frames of a link that were lost for one reason.
type burst struct {
	link        link
	reason      string
	first, last int64
	kinds       map[string]int
	n           int
}

// frames has a line for each frame or, if that is too much, one for each burst of those that were lost.
func (c *collector) frames(each bool) {
	type place struct {
		link link
		fate int
	}
	var bursts []*burst
	last := map[place]*burst{}
	for f := range c.EachFrame() {
		on := link{f.From, f.To}
		if each {
			c.onLink(Sent, on, f.Sent, one(f))
			continue
		}
		if !f.Lost() {
			continue
		}
		b := last[place{on, f.Fate}]
		if b == nil || f.End-b.last > apart {
			b = &burst{link: on, reason: f.Reason, first: f.End, kinds: map[string]int{}}
			last[place{on, f.Fate}] = b
			bursts = append(bursts, b)
		}
		b.last = max(b.last, f.End)
		b.n++
		b.kinds[f.Kind]++
	}
	for _, b := range bursts {
		c.onLink(Lost, b.link, b.first, b.words())
	}
}

func (c *collector) onLink(kind Kind, on link, at int64, text string) {
	c.all = append(c.all, event{at: at, kind: kind, who: c.name(on), roles: []int{on.from, on.to}, links: []link{on}, text: text})
}

// one describes a frame.
func one(f record.Frame) string {
	text := count(f.Bytes, "byte")
	if f.Kind != "" {
		text = f.Kind + ", " + text
	}
	switch {
	case f.Lost():
		return text + ", lost: " + f.Reason
	case f.Fate == record.Waiting:
		return text + ", waits"
	}
	return text + ", took " + record.Span(f.End-f.Sent)
}

func (b *burst) words() string {
	text := count(b.n, "frame")
	if b.n > 1 {
		text += " until " + record.Clock(b.last)
	}
	text += ": " + b.reason
	var kinds []string
	for kind, n := range b.kinds {
		if kind != "" {
			kinds = append(kinds, fmt.Sprintf("%6d %s", n, kind)) // for sorting
		}
	}
	slices.Sort(kinds)
	slices.Reverse(kinds)
	for i, kind := range kinds {
		kinds[i] = strings.TrimSpace(kind)
	}
	if len(kinds) > 0 {
		text += "; " + strings.Join(kinds, ", ")
	}
	return text
}

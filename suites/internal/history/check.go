package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Violation is a rule that a history breaks, with the lines that show it.
type Violation struct {
	Rule  string
	Lines []Event
}

// Check returns what is wrong with a history, in the order of time. The events may come
// in any order. The bound is how long a node that was given up may go on.
func Check(events []Event, bound time.Duration) []Violation {
	c := newChecker(events, bound)
	c.checkNodes() // what is heard was checked in the order of time
	c.checkLives()
	c.checkMessages()
	slices.SortStableFunc(c.found, func(x, y Violation) int { return cmp.Compare(x.Lines[0].At, y.Lines[0].At) })
	return c.found
}

// checker is a history, sorted by what belongs together.
type checker struct {
	bound    int64
	last     int64
	nodes    map[string]*node
	lives    map[string]*life
	messages map[int]*message
	found    []Violation
}

// node is one incarnation of a role. What has not happened is nil.
type node struct {
	givenUp, ended, crashed *Event
	pauses                  []Event          // Paused and Resumed, in turn
	heard                   map[string]Event // the latest letter, by its sender
}

// life is one start of an entity. What has not happened is nil.
type life struct{ started, stopped *Event }

// message is what became of a message.
type message struct{ asked, handled, answered []Event }

func newChecker(events []Event, bound time.Duration) *checker {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(x, y Event) int { return cmp.Compare(x.At, y.At) })
	c := &checker{bound: int64(bound), nodes: map[string]*node{}, lives: map[string]*life{}, messages: map[int]*message{}}
	for i := range events {
		c.note(&events[i])
	}
	return c
}

func (c *checker) note(e *Event) {
	c.last = e.At
	switch e.Kind {
	case Started:
		c.life(e.Life).started = e
	case Stopped:
		c.life(e.Life).stopped = e
	case Handled:
		m := c.message(e.Number)
		m.handled = append(m.handled, *e)
	case Asked:
		m := c.message(e.Number)
		m.asked = append(m.asked, *e)
	case Answered:
		m := c.message(e.Number)
		m.answered = append(m.answered, *e)
	case GivenUp:
		first(&c.node(e.Node).givenUp, e)
	case Ended:
		first(&c.node(e.Node).ended, e)
	case Crashed:
		first(&c.node(e.Node).crashed, e)
	case Paused, Resumed:
		n := c.node(e.Node)
		n.pauses = append(n.pauses, *e)
	case Heard:
		c.hear(*e)
	}
}

// hear finds letters that come twice, or behind later ones.
func (c *checker) hear(e Event) {
	n := c.node(e.Node)
	if last, ok := n.heard[e.By]; ok && e.Number <= last.Number {
		c.violated([]Event{last, e}, "letter %d of %s came to %s behind letter %d", e.Number, e.By, e.Node, last.Number)
		return
	}
	if n.heard == nil {
		n.heard = map[string]Event{}
	}
	n.heard[e.By] = e
}

// first keeps the first event of those that say the same.
func first(place **Event, e *Event) {
	if *place == nil {
		*place = e
	}
}

func (c *checker) node(name string) *node      { return entry(c.nodes, name) }
func (c *checker) life(name string) *life      { return entry(c.lives, name) }
func (c *checker) message(number int) *message { return entry(c.messages, number) }

func entry[K comparable, V any](all map[K]*V, key K) *V {
	if all[key] == nil {
		all[key] = new(V)
	}
	return all[key]
}

func (c *checker) violated(lines []Event, rule string, values ...any) {
	c.found = append(c.found, Violation{fmt.Sprintf(rule, values...), lines})
}

// lostBy reports whether the node was given up or had crashed at that time.
func (n *node) lostBy(at int64) bool {
	return n.givenUp != nil && n.givenUp.At <= at || n.crashed != nil && n.crashed.At <= at
}

// awake returns how much of a span of time the node was not paused.
func (n *node) awake(from, to int64) int64 {
	length, since := to-from, int64(-1)
	for _, e := range slices.Concat(n.pauses, []Event{{At: to, Kind: Resumed}}) {
		switch {
		case e.Kind == Paused && since < 0:
			since = e.At
		case e.Kind == Resumed && since >= 0:
			length -= max(min(e.At, to)-max(since, from), 0)
			since = -1
		}
	}
	return length
}

// lines returns what is known of the node's end.
func (n *node) lines() (lines []Event) {
	lines = slices.Clone(n.pauses)
	for _, e := range []*Event{n.givenUp, n.ended, n.crashed} {
		if e != nil {
			lines = append(lines, *e)
		}
	}
	return lines
}

// checkNodes finds nodes that go on although they were given up.
func (c *checker) checkNodes() {
	for name, n := range c.nodes {
		if n.givenUp == nil {
			continue
		}
		until := c.last
		for _, e := range []*Event{n.ended, n.crashed} {
			if e != nil {
				until = min(until, e.At)
			}
		}
		if n.awake(n.givenUp.At, until) > c.bound {
			c.violated(n.lines(), "%s went on for %v after it was given up", name, time.Duration(until-n.givenUp.At))
		}
	}
}

package history

import "slices"

// checkMessages finds messages that went to the wrong entity, or were handled or
// answered too often.
func (c *checker) checkMessages() {
	for number, m := range c.messages {
		if len(m.asked) != 1 {
			c.violated(m.lines(), "message %d was asked %d times", number, len(m.asked))
			continue
		}
		for _, e := range slices.Concat(m.handled, m.answered) {
			if e.ID != m.asked[0].ID || !c.isLifeOf(e) {
				c.violated(m.lines(), "message %d for %s was %s by %s, life %s", number, m.asked[0].ID, e.Kind, e.ID, e.Life)
			}
		}
		c.checkHandled(number, m)
		c.checkAnswered(number, m)
	}
}

// isLifeOf reports whether the event's life is one of the entity that it names.
func (c *checker) isLifeOf(e Event) bool {
	l := c.lives[e.Life]
	return l != nil && l.started != nil && l.started.ID == e.ID
}

// checkHandled looks at each handling but the first: the life before must be lost.
func (c *checker) checkHandled(number int, m *message) {
	for i, e := range m.handled {
		for _, before := range m.handled[:i] {
			switch {
			case before.Life == e.Life:
				c.violated(m.lines(), "message %d was handled twice in life %s", number, e.Life)
			case !c.node(before.Node).lostBy(e.At):
				c.violated(m.lines(), "message %d was handled again, and %s was not lost", number, before.Node)
			}
		}
		if i > 0 && len(m.answered) > 0 && e.At-m.answered[0].At > c.bound {
			c.violated(m.lines(), "message %d was handled again although it had been answered", number)
		}
	}
}

// checkAnswered looks at each answer but the first, and for what nobody has handled.
func (c *checker) checkAnswered(number int, m *message) {
	for i, e := range m.answered {
		if !slices.ContainsFunc(m.handled, func(h Event) bool { return h.Life == e.Life && h.At <= e.At }) {
			c.violated(m.lines(), "message %d was answered in life %s, and not handled there before", number, e.Life)
		}
		for _, before := range m.answered[:i] {
			if l := c.life(before.Life); before.Life == e.Life || !c.nodeOf(l).lostBy(e.At) {
				c.violated(m.lines(), "message %d was answered twice", number)
			}
		}
	}
}

func (m *message) lines() []Event { return slices.Concat(m.asked, m.handled, m.answered) }

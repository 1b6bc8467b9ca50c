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

// checkHandled looks at each handling but the first: it, or the life before, must be lost.
func (c *checker) checkHandled(number int, m *message) {
	for i, e := range m.handled {
		for _, before := range m.handled[:i] {
			switch {
			case before.Life == e.Life:
				c.violated(m.lines(), "message %d was handled twice in life %s", number, e.Life)
			case !mayBoth(c.node(before.Node), before.At, c.node(e.Node), e.At):
				c.violated(m.lines(), "message %d was handled again, and neither %s nor %s was lost", number, before.Node, e.Node)
			}
		}
		if i > 0 && len(m.answered) > 0 && c.node(e.Node).awake(m.answered[0].At, e.At) > c.bound {
			c.violated(m.lines(), "message %d was handled again although it had been answered", number)
		}
	}
}

// mayBoth reports whether two nodes may both deal with a message, at these times: the first
// was lost, and the message sent again to the second; or the second was lost, the message sent
// again to the first, and the second, which has not learned of that, gets to its own copy.
func mayBoth(first *node, at int64, second *node, later int64) bool {
	return first.lostBy(later) || second.lostBy(at)
}

// checkAnswered looks at each answer but the first, and for what nobody has handled.
func (c *checker) checkAnswered(number int, m *message) {
	for i, e := range m.answered {
		if !slices.ContainsFunc(m.handled, func(h Event) bool { return h.Life == e.Life && h.At <= e.At }) {
			c.violated(m.lines(), "message %d was answered in life %s, and not handled there before", number, e.Life)
		}
		for _, before := range m.answered[:i] {
			one, other := c.nodeOf(c.life(before.Life)), c.nodeOf(c.life(e.Life))
			if before.Life == e.Life || !mayBoth(one, before.At, other, e.At) {
				c.violated(m.lines(), "message %d was answered twice", number)
			}
		}
	}
}

func (m *message) lines() []Event { return slices.Concat(m.asked, m.handled, m.answered) }

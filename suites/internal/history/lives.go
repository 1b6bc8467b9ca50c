package history

import (
	"cmp"
	"slices"
	"time"
)

// checkLives finds lives of one id that overlap, and those that outlive their node.
func (c *checker) checkLives() {
	byID := map[string][]*life{}
	for name, l := range c.lives {
		switch n := c.nodeOf(l); {
		case l.started == nil:
			c.violated([]Event{*l.stopped}, "life %s stopped, and had not started", name)
			continue
		case n.ended != nil && n.awake(n.ended.At, c.end(l)) > c.bound:
			c.violated(append(l.lines(), n.lines()...), "life %s went on for %v after its node had ended",
				name, time.Duration(c.end(l)-n.ended.At))
		}
		byID[l.started.ID] = append(byID[l.started.ID], l)
	}
	for _, lives := range byID {
		slices.SortFunc(lives, func(x, y *life) int { return cmp.Compare(x.started.At, y.started.At) })
		c.checkOverlaps(lives)
	}
}

// checkOverlaps compares each life with those before it that have not ended.
func (c *checker) checkOverlaps(lives []*life) {
	var going []*life
	for _, l := range lives {
		begin := l.started.At
		going = slices.DeleteFunc(going, func(before *life) bool { return c.end(before) <= begin })
		for _, before := range going {
			overlap := min(c.end(before), c.end(l)) - begin
			if overlap > 0 && !c.mayOverlap(before, begin, overlap) && !c.mayOverlap(l, begin, overlap) {
				lines := slices.Concat(before.lines(), l.lines(), c.nodeOf(before).lines(), c.nodeOf(l).lines())
				c.violated(lines, "two lives of %s at a time, for %v", l.started.ID, time.Duration(overlap))
			}
		}
		going = append(going, l)
	}
}

// mayOverlap reports whether the life is one that others rightly believe to be gone.
func (c *checker) mayOverlap(l *life, begin, overlap int64) bool {
	n := c.nodeOf(l)
	return n.givenUp != nil && n.givenUp.At <= begin && n.awake(n.givenUp.At, begin+overlap) <= 2*c.bound
}

func (c *checker) nodeOf(l *life) *node {
	if l.started == nil {
		return &node{}
	}
	return c.node(l.started.Node)
}

// end returns when a life has ended, or the end of the history. What goes on at a node
// that is being killed is cut off and counts no more.
func (c *checker) end(l *life) int64 {
	end := c.last + 1
	if l.stopped != nil {
		end = l.stopped.At
	}
	if crashed := c.nodeOf(l).crashed; crashed != nil {
		end = min(end, crashed.At)
	}
	return end
}

func (l *life) lines() []Event {
	lines := []Event{*l.started}
	if l.stopped != nil {
		lines = append(lines, *l.stopped)
	}
	return lines
}

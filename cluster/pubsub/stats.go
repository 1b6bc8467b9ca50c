package pubsub

import "sync/atomic"

// Stats counts the messages of one topic on one node.
type Stats struct {
	Published uint64 // through this node, without an error
	Unheard   uint64 // of these, those that had no subscriber at all
	Delivered uint64 // to subscribers of this node, each counted
	// Lost is what is known to have been lost here: posts to a node that is down,
	// messages to a subscriber that has ended or whose mailbox is full, to one of a group
	// that has nobody left on this node, to a subscriber of another type, and those that
	// cannot be decoded. What the network loses is in its own counters.
	Lost uint64
}

type counters struct{ published, unheard, delivered, lost atomic.Uint64 }

func (c *counters) stats() Stats {
	return Stats{
		Published: c.published.Load(), Unheard: c.unheard.Load(),
		Delivered: c.delivered.Load(), Lost: c.lost.Load(),
	}
}

// Stats returns the topic's counters on this node, of all its Topics together.
func (t *Topic[M]) Stats() Stats { return t.stats() }

// Stats returns the counters of a topic on this node, all 0 for one that was not opened
// with TopicOf here.
func (ps *PubSub) Stats(topic string) Stats {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if n := ps.topics[topic]; n != nil {
		return n.stats()
	}
	return Stats{}
}

package netconn

import "sync/atomic"

// Stats counts what a stack has done since NewStack.
type Stats struct {
	Connections int    // in use now, those in TIME-WAIT included
	Buffered    int    // bytes set aside now for all connections and datagrams
	Sent        uint64 // frames handed to the network
	Received    uint64 // frames that made sense
	Bad         uint64 // frames dropped because they did not: a bit was flipped
	Again       uint64 // segments sent again
	Dropped     uint64 // datagrams whose reader was behind
	Unread      uint64 // datagrams for ports that nobody listened at
}

type counters struct {
	buffered                                    atomic.Int64
	sent, received, bad, again, dropped, unread atomic.Uint64
}

// Stats returns the counters of the stack.
func (s *Stack) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Connections: len(s.conns),
		Buffered:    int(s.counters.buffered.Load()),
		Sent:        s.counters.sent.Load(),
		Received:    s.counters.received.Load(),
		Bad:         s.counters.bad.Load(),
		Again:       s.counters.again.Load(),
		Dropped:     s.counters.dropped.Load(),
		Unread:      s.counters.unread.Load(),
	}
}

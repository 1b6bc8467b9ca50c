//go:build !race

package cluster

import (
	"testing"
	"time"
)

// A hundred idle nodes of one process do this all the time.
func TestHeartbeatsDoNotAllocate(t *testing.T) {
	s, a := formed(t)
	s.run(time.Second)
	b := s.nodes["b"].self
	if n := testing.AllocsPerRun(100, func() {
		a.beat()
		a.receive(s.now, message{Kind: heartbeat, From: b, To: a.self.Incarnation})
		a.out = a.out[:0]
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

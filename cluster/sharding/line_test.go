package sharding

import (
	"math/rand/v2"
	"testing"
)

// TestLineOutlivesCoordinator has a new coordinator learn of a shard in the middle of the
// hand-off that its predecessor began. With a new line the asks that the shard has handled
// would be sent again if that home fails later.
func TestLineOutlivesCoordinator(t *testing.T) {
	a, b := node{Address: "a", Incarnation: 1}, node{Address: "b", Incarnation: 1}
	const had = 5
	for name, c := range map[string]struct {
		happens func(*ledger)
		goesOn  bool
	}{
		"the entities stop only now": {func(l *ledger) {
			l.register(a, account{leaving: true}, []claim{{"s", had, had, 0}}, nil)
			l.register(b, account{}, nil, nil)
			l.released(a, claim{"s", had, had, 0})
		}, true},
		"the entities stop before another region is there": {func(l *ledger) {
			l.register(a, account{leaving: true}, []claim{{"s", had, had, 0}}, nil)
			l.shards["s"].phase = running // nobody has told it to hand off
			l.released(a, claim{"s", had, had, 0})
			l.register(b, account{}, nil, nil)
		}, true},
		"they had stopped, and nobody knows who is next": {func(l *ledger) {
			l.register(a, account{leaving: true}, nil, []claim{{"s", had, had, 0}})
			l.register(b, account{}, nil, nil)
		}, true},
		"another region asks first": {func(l *ledger) {
			l.awaited[a] = true
			l.register(b, account{}, nil, nil)
			l.locate(b, "s")
			l.register(a, account{leaving: true}, nil, []claim{{"s", had, had, 0}})
		}, true},
		"the shard failed": {func(l *ledger) {
			l.register(a, account{leaving: true}, []claim{{"s", had, had, 0}}, nil)
			l.register(b, account{}, nil, nil)
			l.released(a, claim{"s", 0, had, 0})
		}, false},
		"the node died": {func(l *ledger) {
			l.register(a, account{}, []claim{{"s", had, had, 0}}, nil)
			l.register(b, account{}, nil, nil)
			l.gone(a)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(LeastShards(3), 100, rand.Uint64)
			c.happens(l)
			h := l.shards["s"]
			if h == nil || h.owner != b || h.tenure <= 100 {
				t.Fatalf("the shard is at %+v, want it on its way to b", h)
			}
			if goesOn := h.line == had; goesOn != c.goesOn {
				t.Errorf("line %d; goes on: %v, want %v", h.line, goesOn, c.goesOn)
			}
		})
	}
	l := newLedger(LeastShards(3), 100, rand.Uint64)
	l.register(b, account{}, []claim{{"s", 7, 7, 0}}, nil)
	l.register(a, account{}, nil, []claim{{"s", had, had, 0}})
	if h := l.shards["s"]; h.owner != b || h.line != 7 {
		t.Errorf("the shard is at %+v, want it at b, which has it", h)
	}
}

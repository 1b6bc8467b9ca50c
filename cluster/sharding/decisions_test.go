package sharding

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestLedgerDecisions tells a ledger what happens, and looks at the orders that follow
// from the last step. It knows the region a1 and, before the last steps, b1.
func TestLedgerDecisions(t *testing.T) {
	a, b, b2 := node{Address: "a", Incarnation: 1}, node{Address: "b", Incarnation: 1}, node{Address: "b", Incarnation: 2}
	here := func(n uint64) []claim { return []claim{{"s", n, n, 0}} } // s, with line and tenure n
	for name, test := range map[string]struct {
		steps []func(*ledger)
		want  string
	}{
		"nobody gets a shard that somebody awaited may have": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true },
			func(l *ledger) { l.locate(a, "s") },
		}, ""},
		"until all have told": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true; l.locate(a, "s") },
			func(l *ledger) { l.settle(b) },
		}, "host a1 s line 101"},
		"of two homes the later is kept": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.register(b, account{}, here(2), nil) },
		}, "homeIs * s@b1, handOff a1 s"},
		"whoever comes first": {[]func(*ledger){
			func(l *ledger) { l.register(b, account{}, here(2), nil) },
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
		}, "handOff a1 s"},
		"and the other is told until it has gone": {[]func(*ledger){
			func(l *ledger) { l.register(b, account{}, here(2), nil); l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.remind() },
		}, "handOff a1 s"},
		"but not longer": {[]func(*ledger){
			func(l *ledger) { l.register(b, account{}, here(2), nil); l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.released(a, here(1)[0]) },
			func(l *ledger) { l.remind() },
		}, ""},
		"a hand-off that was taken back is told of": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.register(a, account{}, []claim{{"s", 1, 1, 1}}, nil) },
		}, "homeIs * s@a1"},
		"nobody hands off before all have told": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true; l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.leave(a) },
		}, ""},
		"except those that cannot be reached": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true; l.register(a, account{}, here(1), nil); l.leave(a) },
			func(l *ledger) { l.away[b] = true; l.proceed() },
		}, "handOff a1 s"},
		"a tenure is later than all that were heard of": {[]func(*ledger){
			func(l *ledger) { l.heard(200); l.locate(a, "s") },
		}, "host a1 s line 201"},
		"an earlier life of a node has ended": {[]func(*ledger){
			func(l *ledger) { l.leave(a); l.register(b, account{}, here(1), nil) },
			func(l *ledger) { l.register(b2, account{}, nil, nil) },
		}, "host b2 s line 101"},
		"a region registers again without a shard": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.register(a, account{}, nil, nil) },
		}, "host a1 s line 101"},
		"a region asks for what it was thought to host": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.locate(a, "s") },
		}, "host a1 s line 101"},
		"a shard that drains is not announced": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{ending: []string{"s"}}, here(1), nil) },
		}, ""},
		"but handed off": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{ending: []string{"s"}}, here(1), nil) },
			func(l *ledger) { l.remind() },
		}, "handOff a1 s"},
		"and goes on in its line": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{ending: []string{"s"}}, here(1), nil) },
			func(l *ledger) { l.released(a, claim{"s", 1, 1, 0}) },
		}, "host a1 s line 1"},
		"what was handed off goes on in its line": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true; l.locate(a, "s") },
			func(l *ledger) { l.register(b, account{proxy: true}, nil, here(7)) },
		}, "host a1 s line 7"},
		"also if somebody asks for it meanwhile": {[]func(*ledger){
			func(l *ledger) { l.awaited[b] = true; l.register(a, account{}, nil, here(7)); l.locate(a, "s") },
			func(l *ledger) { l.settle(b) },
		}, "host a1 s line 7"},
		"a region that could not start it gives it a new line": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, nil, here(7)) },
			func(l *ledger) { l.locate(a, "s") },
			func(l *ledger) { l.released(a, claim{"s", 7, l.shards["s"].tenure, 0}) },
		}, "host a1 s line 102"},
		"a region that cannot be reached gets nothing": {[]func(*ledger){
			func(l *ledger) { l.away[a] = true },
			func(l *ledger) { l.locate(a, "s") },
		}, ""},
		"nor does one that leaves": {[]func(*ledger){
			func(l *ledger) { l.leave(a) },
			func(l *ledger) { l.locate(a, "s") },
		}, ""},
		"one that leaves hands off": {[]func(*ledger){
			func(l *ledger) { l.register(a, account{}, here(1), nil) },
			func(l *ledger) { l.leave(a) },
		}, "handOff a1 s"},
		"load is evened out once all are settled": {[]func(*ledger){
			func(l *ledger) {
				l.register(a, account{}, []claim{{"s", 1, 1, 0}, {"t", 2, 2, 0}, {"u", 3, 3, 0}}, nil)
				l.register(b, account{}, nil, nil)
			},
		}, "homeIs * s@a1, homeIs * t@a1, homeIs * u@a1, handOff a1 u"},
		"not while a shard is moving": {[]func(*ledger){
			func(l *ledger) {
				l.register(a, account{}, []claim{{"s", 1, 1, 0}, {"t", 2, 2, 0}, {"u", 3, 3, 0}, {"v", 4, 4, 0}}, nil)
				l.shards["v"].phase = moving
			},
			func(l *ledger) { l.register(b, account{}, nil, nil) },
		}, ""},
		"what moves away is no load": {[]func(*ledger){
			func(l *ledger) {
				l.register(a, account{}, []claim{{"t", 2, 2, 0}, {"u", 3, 3, 0}}, nil)
				l.register(b, account{}, []claim{{"v", 4, 4, 0}}, nil)
				l.shards["t"].phase, l.shards["u"].phase = moving, moving
			},
			func(l *ledger) { l.locate(b, "s") },
		}, "host a1 s line 101"},
	} {
		l := newLedger(LeastShards(3), 100, rand.Uint64)
		l.lines = l.next
		l.register(a, account{}, nil, nil)
		for _, step := range test.steps {
			l.orders = nil
			step(l)
		}
		if got := describe(l.orders); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func describe(orders []order) string {
	var all []string
	for _, o := range orders {
		switch short := func(n node) string { return fmt.Sprint(n.Address, n.Incarnation) }; o.kind {
		case host:
			all = append(all, fmt.Sprintf("host %s %s line %d", short(o.to), o.shard, o.line))
		case handOff:
			all = append(all, fmt.Sprintf("handOff %s %s", short(o.to), o.shard))
		case homeIs:
			all = append(all, fmt.Sprintf("homeIs * %s@%s", o.shard, short(o.owner)))
		}
	}
	slices.SortStableFunc(all, func(x, y string) int { return strings.Compare(y[:3], x[:3]) })
	return strings.Join(all, ", ")
}

package sharding

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// regions plays the regions to a ledger: it does as told, late and in any order between
// them, forgets orders, and dies.
type regions struct {
	*ledger
	rand  *rand.Rand
	hosts map[node]map[string]claim
	inbox []order
}

// TestLedgerNeverHasTwoHomes checks after every step that no two regions host a shard,
// and in the end that all shards have a home and the load is even.
func TestLedgerNeverHasTwoHomes(t *testing.T) {
	for seed := range uint64(200) {
		r := &regions{newLedger(LeastShards(3), 100, rand.Uint64), rand.New(rand.NewPCG(seed, 1)), map[node]map[string]claim{}, nil}
		lives := uint64(0)
		for range 300 {
			switch running := slices.SortedFunc(maps.Keys(r.hosts), compareNodes); {
			case len(running) == 0 || len(running) < 5 && r.rand.IntN(20) == 0:
				lives++
				n := node{Address: transport.Address(fmt.Sprint(r.rand.IntN(5))), Incarnation: lives}
				for old := range r.hosts {
					if old.Address == n.Address {
						delete(r.hosts, old)
						r.gone(old)
					}
				}
				r.hosts[n] = map[string]claim{}
				r.register(n, account{}, nil, nil)
			case r.rand.IntN(40) == 0:
				n := running[r.rand.IntN(len(running))]
				delete(r.hosts, n)
				r.gone(n)
			case r.rand.IntN(5) == 0:
				n, shard := running[r.rand.IntN(len(running))], fmt.Sprint(r.rand.IntN(20))
				if _, has := r.hosts[n][shard]; !has {
					r.locate(n, shard)
				}
			case r.rand.IntN(10) == 0:
				r.remind()
			case r.rand.IntN(60) == 0: // another coordinator takes over
				r.succeed(running)
			default:
				r.obeyOne()
			}
			r.check(t, seed)
		}
		r.settleDown(t, seed)
	}
}

func compareNodes(x, y node) int { return int(x.Incarnation) - int(y.Incarnation) }

// obeyOne has one order carried out, or lost.
func (r *regions) obeyOne() {
	r.inbox, r.orders = append(r.inbox, r.orders...), nil
	if len(r.inbox) == 0 {
		return
	}
	i := r.rand.IntN(len(r.inbox))
	o := r.inbox[i]
	for j, earlier := range r.inbox[:i] { // what one region is told stays in order
		if earlier.to == o.to {
			i, o = j, earlier
			break
		}
	}
	r.inbox = slices.Delete(r.inbox, i, i+1)
	hosts, alive := r.hosts[o.to]
	if !alive || r.rand.IntN(10) == 0 {
		return
	}
	c := claim{o.shard, o.line, o.tenure, 0}
	switch held, has := hosts[o.shard]; o.kind {
	case host:
		if has && held != c {
			return
		}
		hosts[o.shard] = c
		r.hosting(o.to, c)
	case handOff:
		if !has {
			r.released(o.to, c)
		} else if held.Tenure == c.Tenure {
			delete(hosts, o.shard)
			r.released(o.to, held)
		}
	}
}

// succeed begins an empty book, which hears from all regions, in any order. What the one
// before has ordered is not obeyed any more.
func (r *regions) succeed(running []node) {
	next := newLedger(r.strategy, r.serial+1000, rand.Uint64)
	for _, n := range running {
		next.awaited[n] = true
	}
	r.ledger, r.inbox = next, nil
	for _, i := range r.rand.Perm(len(running)) {
		r.register(running[i], account{}, slices.Collect(maps.Values(r.hosts[running[i]])), nil)
	}
}

func (r *regions) check(t *testing.T, seed uint64) {
	t.Helper()
	at := map[string]node{}
	for n, shards := range r.hosts {
		for shard := range shards {
			if other, taken := at[shard]; taken {
				t.Fatalf("seed %d: shard %s is on %s and on %s", seed, shard, n, other)
			}
			at[shard] = n
		}
	}
}

func (r *regions) settleDown(t *testing.T, seed uint64) {
	t.Helper()
	if len(r.hosts) == 0 {
		return
	}
	for range 100 {
		r.remind()
		for r.inbox, r.orders = append(r.inbox, r.orders...), nil; len(r.inbox) > 0; {
			r.obeyOne()
		}
		r.check(t, seed)
	}
	least, most := 1000, 0
	for n := range r.hosts {
		least, most = min(least, len(r.hosts[n])), max(most, len(r.hosts[n]))
	}
	if !r.isSettled() || most-least > 1 {
		t.Fatalf("seed %d: settled: %v, from %d to %d shards: %v", seed, r.isSettled(), least, most, r.hosts)
	}
}

func TestLeastShards(t *testing.T) {
	for _, test := range []struct {
		loads string
		want  string
	}{
		{"a: b:", ""},
		{"a:1 b:", ""},
		{"a:1,2 b:", "2"},
		{"a:1,2,3,4,5,6 b:7 c:8", "6 5"},
		{"a:1,2,3,4,5,6,7,8,9 b: c:", "9 8"},
		{"a:1,2,3 b:4,5,6", ""},
	} {
		loads := parseLoads(test.loads)
		if got := fmt.Sprintf("%v", LeastShards(2).Rebalance(loads)); got != "["+test.want+"]" {
			t.Errorf("%s: moves %s, want %s", test.loads, got, test.want)
		}
	}
	if got := LeastShards(2).Allocate("x", parseLoads("a:1 b: c:")); got != "c" && got != "b" {
		t.Errorf("allocated to %s, want an empty one", got)
	}
}

// TestConsistentHashing has a region go and come back: only its own shards move, and they
// move back.
func TestConsistentHashing(t *testing.T) {
	strategy := ConsistentHashing(1000)
	place := func(addresses ...transport.Address) map[string]transport.Address {
		loads := make([]Load, len(addresses))
		for i, a := range addresses {
			loads[i].Address = a
		}
		at := map[string]transport.Address{}
		for i := range 300 {
			shard := fmt.Sprint(i)
			at[shard] = strategy.Allocate(shard, loads)
		}
		return at
	}
	three, two := place("a", "b", "c"), place("a", "b")
	moved := 0
	for shard, at := range three {
		switch {
		case at == "c":
			moved++
		case two[shard] != at:
			t.Errorf("shard %s moved from %s to %s, where c went", shard, at, two[shard])
		}
	}
	if moved < 70 || moved > 130 {
		t.Errorf("c had %d of 300 shards, want about a third", moved)
	}
	loads := []Load{{Address: "a"}, {Address: "b"}, {Address: "c"}}
	for i := range 300 {
		shard := fmt.Sprint(i)
		j := int(two[shard][0] - 'a')
		loads[j].Shards = append(loads[j].Shards, shard)
	}
	if got := strategy.Rebalance(loads); len(got) != moved {
		t.Errorf("%d shards move to c, want %d", len(got), moved)
	}
	if got := ConsistentHashing(5).Rebalance(loads); len(got) != 5 {
		t.Errorf("%d shards move at once, want 5", len(got))
	}
}

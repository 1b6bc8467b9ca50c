package gossip

import (
	"math/rand/v2"
	"testing"
)

func TestWatchersAndWatchedAreOneRelation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n, k := 1+r.IntN(30), 1+r.IntN(5)
		up := make([]bool, n)
		for i := range up {
			up[i] = r.IntN(4) > 0
		}
		reachable := func(i int) bool { return up[i] }
		watched := map[[2]int]bool{}
		for i := range n {
			Watched(i, n, k, reachable, func(j int) { watched[[2]int{i, j}] = true })
		}
		count := 0
		for i := range n {
			awake := 0
			Watchers(i, n, k, reachable, func(j int) {
				count++
				if !watched[[2]int{j, i}] {
					t.Fatalf("n=%d k=%d: %d is watched by %d, which does not know", n, k, i, j)
				}
				if up[j] {
					awake++
				}
			})
			if others := awakeOthers(up, i); awake < min(k, others) {
				t.Fatalf("n=%d k=%d: %d has %d reachable watchers, of %d", n, k, i, awake, others)
			}
		}
		if count != len(watched) {
			t.Fatalf("n=%d k=%d: %d pairs one way, %d the other", n, k, count, len(watched))
		}
	}
}

func awakeOthers(up []bool, i int) (n int) {
	for j, u := range up {
		if u && j != i {
			n++
		}
	}
	return n
}

func TestAllWatchAllInASmallCluster(t *testing.T) {
	for n := 1; n <= SmallCluster; n++ {
		count := 0
		Watchers(0, n, 1, func(int) bool { return true }, func(int) { count++ })
		if count != n-1 {
			t.Errorf("%d of %d watch, want all others", count, n)
		}
	}
	count := 0
	Watchers(0, SmallCluster+1, 3, func(int) bool { return true }, func(int) { count++ })
	if count != 3 {
		t.Errorf("%d of %d watch, want 3", count, SmallCluster+1)
	}
}

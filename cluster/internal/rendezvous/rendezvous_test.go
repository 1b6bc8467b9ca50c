package rendezvous_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/7aca83c2/multinode/cluster/internal/rendezvous"
)

const keys = 10_000

func nodes(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("node-%d", i)
	}
	return names
}

func key(i int) string { return fmt.Sprintf("key-%d", i) }

func TestNobodyHasAKeyAmongNone(t *testing.T) {
	if got := rendezvous.Pick("k", nil); got != "" {
		t.Errorf(`Pick of none is %q, want ""`, got)
	}
}

// Other processes, and later versions during an upgrade, must come to the same result.
func TestPicksAreTheSameEverywhere(t *testing.T) {
	candidates := []string{"a", "b", "c"}
	for key, want := range map[string]string{"": "b", "order-1": "b", "order-2": "a", "order-3": "c", "order-4": "b"} {
		if got := rendezvous.Pick(key, candidates); got != want {
			t.Errorf("Pick(%q) is %q, want %q", key, got, want)
		}
	}
}

func TestOrderOfTheCandidatesDoesNotMatter(t *testing.T) {
	candidates := nodes(7)
	backwards := slices.Clone(candidates)
	slices.Reverse(backwards)
	for i := range keys {
		if a, b := rendezvous.Pick(key(i), candidates), rendezvous.Pick(key(i), backwards); a != b {
			t.Fatalf("Pick(%q) is %q one way and %q the other", key(i), a, b)
		}
	}
}

func TestEveryCandidateHasItsPart(t *testing.T) {
	for _, n := range []int{2, 3, 5, 10} {
		had := map[string]int{}
		for i := range keys {
			had[rendezvous.Pick(key(i), nodes(n))]++
		}
		for _, node := range nodes(n) {
			if fair := keys / n; had[node] < fair*8/10 || had[node] > fair*12/10 {
				t.Errorf("of %d, %s has %d keys, want about %d", n, node, had[node], fair)
			}
		}
	}
}

func TestWhoComesTakesItsPartAndMovesNothingElse(t *testing.T) {
	for _, n := range []int{2, 5, 10} {
		before, after := nodes(n), nodes(n+1)
		newcomer := after[n]
		moved := 0
		for i := range keys {
			was, is := rendezvous.Pick(key(i), before), rendezvous.Pick(key(i), after)
			if was == is {
				continue
			}
			if is != newcomer {
				t.Fatalf("%s came, and %q moved from %s to %s", newcomer, key(i), was, is)
			}
			moved++
		}
		if fair := keys / (n + 1); moved < fair*8/10 || moved > fair*12/10 {
			t.Errorf("%d keys moved to one of %d, want about %d", moved, n+1, fair)
		}
	}
}

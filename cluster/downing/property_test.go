package downing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// promise is a policy, and whether it promises that a side of a split survives.
type promise struct {
	name   string
	policy cluster.Downing
	keeps  func(sides [2]string) bool
}

// promises returns the policies for a cluster of n, of which all are Up.
func promises(r *rand.Rand, n int) []promise {
	always := func([2]string) bool { return true }
	size, least := n/2+1, r.IntN(n)+1
	referee := string(rune('a' + r.IntN(n)))
	return []promise{
		{"majority", KeepMajority(after), always},
		{"oldest", KeepOldest(after), always},
		{"oldest, unless alone", KeepOldest(after, DownIfAlone()), always},
		{"referee " + referee, KeepReferee(after, transport.Address(referee), least), func(sides [2]string) bool {
			return strings.Contains(sides[0], referee) && len(sides[0]) >= least || strings.Contains(sides[1], referee) && len(sides[1]) >= least
		}},
		{"quorum", StaticQuorum(after, size), func(sides [2]string) bool { return len(sides[0]) >= size || len(sides[1]) >= size }},
	}
}

// randomMembers returns members in a random order of age.
func randomMembers(r *rand.Rand, n int, statuses string) string {
	var out []string
	for _, i := range r.Perm(n) {
		status := strings.TrimSpace(statuses[r.IntN(len(statuses)):][:1])
		out = append(out, string(rune('a'+i))+status)
	}
	return strings.Join(out, " ")
}

// randomSides deals n members to two sides, none of which is empty.
func randomSides(r *rand.Rand, n int) (sides [2]string) {
	for sides[0] == "" || sides[1] == "" {
		sides = [2]string{}
		for i := range n {
			sides[r.IntN(2)] += string(rune('a' + i))
		}
	}
	return sides
}

// TestOneSideOfASplitSurvives cuts both ways and one way, when all are Up.
func TestOneSideOfASplitSurvives(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 2 + r.IntN(8)
		if seed%20 == 0 {
			n = 11 + r.IntN(3) // nobody knows whom all the others hear
		}
		sides := randomSides(r, n)
		cut := []string{"|", ">"}[seed%2]
		w := parse(randomMembers(r, n, " "), sides[0]+cut+sides[1])
		for _, p := range promises(r, n) {
			left := w.survivors(p.policy, after)
			want := p.keeps(sides)
			if one := left == sorted(w, sides[0]) || left == sorted(w, sides[1]); one != want || left != "" != want {
				t.Errorf("seed %d: %s: %s\nleft %q of %q, want one of them: %v", seed, p.name, w, left, sides, want)
			}
		}
	}
}

// sorted returns the members of a side in the order of the world.
func sorted(w world, side string) (out string) {
	for _, m := range w.members {
		if strings.Contains(side, string(m.Address)) {
			out += string(m.Address)
		}
	}
	return out
}

// TestNeverTwoSidesSurvive has members of every status, which each side may have heard of
// at another time, and says nothing of who survives.
func TestNeverTwoSidesSurvive(t *testing.T) {
	survived := 0
	for seed := range uint64(5000) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 2 + r.IntN(6)
		sides := randomSides(r, n)
		w := parse(randomMembers(r, n, "     ?~-."), sides[0]+"|"+sides[1])
		stale := lag(r, w, sides[0])
		for _, p := range promises(r, n) {
			here, there := survives(w, p.policy, sides[0]), survives(stale, p.policy, sides[1])
			if here && there {
				t.Fatalf("seed %d: %s: both of %q survive\none sees   %sthe other  %s", seed, p.name, sides, w, stale)
			}
			if here || there {
				survived++
			}
		}
	}
	if survived < 5000 {
		t.Errorf("a side survived only %d times", survived)
	}
}

// survives reports whether a side does not go down, as far as it knows.
func survives(w world, d cluster.Downing, side string) bool {
	first := transport.Address(side[:1])
	down := d.Decide(cluster.Situation{View: w.view(first), Stable: after, Impaired: after})
	return !slices.Contains(down, first)
}

// lag returns what the side that has no leader may see when the other side's last change
// of a status has not reached it. Only the leader makes members Up and Exiting, after all
// have seen what it did before.
func lag(r *rand.Rand, w world, side string) world {
	leader := transport.Address("")
	for _, m := range w.members {
		if counts(m) && (leader == "" || m.Address < leader) {
			leader = m.Address
		}
	}
	w.members = slices.Clone(w.members)
	for i, m := range w.members {
		here := strings.Contains(side, string(m.Address))
		switch led := strings.Contains(side, string(leader)); {
		case r.IntN(2) == 0:
		case m.Status == cluster.Up && led && leader != m.Address && m.Number == len(w.members):
			w.members[i].Status, w.members[i].Number = cluster.Joining, 0
		case m.Status == cluster.Exiting && led && leader < m.Address:
			w.members[i].Status = cluster.Leaving
		case m.Status == cluster.Leaving && here:
			w.members[i].Status = cluster.Up
		}
	}
	return w
}

// TestIndirectCuts cuts links at random. Whoever is left is one cluster, and if all still
// reach each other, as many are left as can be.
func TestIndirectCuts(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := 2 + r.IntN(6)
		var cuts []string
		for i := range n {
			for j := range i {
				if r.IntN(4) == 0 {
					kind := "->"[r.IntN(2):][:1]
					cuts = append(cuts, fmt.Sprintf("%c%s%c", 'a'+i, kind, 'a'+j))
				}
			}
		}
		w := parse(randomMembers(r, n, " "), strings.Join(cuts, " "))
		for _, p := range promises(r, n) {
			if left := w.survivors(p.policy, 2*after); !w.whole(left) {
				t.Errorf("seed %d: %s: %s\nleft %q, who do not hear each other", seed, p.name, w, left)
			}
		}
		if len(cuts) == 1 && n > 2 {
			if left := w.survivors(KeepMajority(after), 2*after); len(left) != n-1 {
				t.Errorf("seed %d: %s\nleft %q, want all but one", seed, w, left)
			}
		}
	}
}

func TestDownAllWhenUnstable(t *testing.T) {
	w := parse("a b c", "ab|c")
	for _, test := range []struct {
		policy           cluster.Downing
		stable, impaired time.Duration
		want             int
	}{
		{KeepMajority(after), 0, time.Hour, 0},
		{KeepMajority(after, DownAllWhenUnstable(time.Second)), 0, 11*time.Second - 1, 0},
		{KeepMajority(after, DownAllWhenUnstable(time.Second)), 0, 11 * time.Second, 3},
		{KeepOldest(after, DownAllWhenUnstable(0)), after - 1, 17500 * time.Millisecond, 3},
		{KeepOldest(after, DownAllWhenUnstable(0)), after - 1, 17500*time.Millisecond - 1, 0},
		{LeaseMajority(after, held("a"), DownAllWhenUnstable(0)), after - 1, time.Minute, 3},
		{KeepMajority(after, DownAllWhenUnstable(time.Second)), after, time.Hour, 1},
	} {
		s := cluster.Situation{View: w.view("a"), Stable: test.stable, Impaired: test.impaired}
		if got := test.policy.Decide(s); len(got) != test.want {
			t.Errorf("stable for %s, impaired for %s: downs %v, want %d", test.stable, test.impaired, got, test.want)
		}
	}
}

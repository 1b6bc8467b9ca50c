package downing

import (
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster"
)

const after = 10 * time.Second

// TestPolicies has a row for each case; see parse for how to read it. The last column is
// who is left.
func TestPolicies(t *testing.T) {
	majority, oldest := KeepMajority(after), KeepOldest(after)
	alone := KeepOldest(after, DownIfAlone())
	referee, quorum := KeepReferee(after, "b", 2), StaticQuorum(after, 2)
	withRole := WithRole("x")
	for _, test := range []struct {
		name          string
		policy        cluster.Downing
		members, cuts string
		want          string
	}{
		{"nothing is wrong", majority, "a b c", "", "abc"},
		{"majority: 2/1", majority, "a b c", "ab|c", "ab"},
		{"majority: 1/2", majority, "a b c", "a|bc", "bc"},
		{"majority: 3/2", majority, "a b c d e", "ade|bc", "ade"},
		{"majority: 2/3", majority, "a b c d e", "ab|cde", "cde"},
		{"majority: 2/2, the lowest address", majority, "d c b a", "ad|bc", "da"},
		{"majority: 1/1", majority, "b a", "a|b", "a"},
		{"majority: three ways", majority, "a b c d e", "abc|d abc|e d|e", "abc"},
		{"majority: three ways without one", majority, "a b c d e", "ab|cd ab|e cd|e", ""},
		{"majority: who joins does not count", majority, "a b c d? e~", "ab|cde", "ab"},
		{"majority: but may be Up where the leader is", majority, "a b c d?", "bc|ad", ""},
		{"majority: who leaves counts", majority, "a b- c", "ab|c", "ab"},
		{"majority: who exits does not, but may for the others", majority, "a b c d.", "ad|bc", ""},
		{"majority: who exits is not missed", majority, "a b c d.", "ab|cd", "ab"},
		{"majority: of a role", KeepMajority(after, withRole), "a b c/x", "ab|c", "c"},
		{"majority: of a role, 1/1", KeepMajority(after, withRole), "a b/x c/x d", "acd|b", "b"},
		{"majority: of a role that nobody has", KeepMajority(after, withRole), "a b c", "ab|c", ""},
		{"majority: a pair, the younger goes", majority, "c a b", "a-b", "ca"},
		{"majority: a pair, however old", majority, "b a c", "a-b", "bc"},
		{"majority: one that two do not hear", majority, "a b c d", "a-b a-c", "bcd"},
		{"majority: two pairs, and the lowest stays", majority, "d c b a", "a-b c-d", "da"},
		{"majority: halves that a fifth sees both of", majority, "a b c d e", "ab|cd", "abe"},
		{"majority: a pair on the larger side", majority, "a b c d e f", "abcd|ef c-d", "abc"},
		{"majority: a pair on the much larger side", majority, "a b c d e", "abcd|e c-d", "abc"},
		{"majority: one way, a pair", majority, "a b c", "a>b", "ac"},
		{"majority: one way, the larger side is deaf", majority, "a b c", "a>bc", "bc"},
		{"majority: one way, the smaller side is deaf", majority, "a b c", "bc>a", "bc"},

		{"oldest: 2/1", oldest, "c a b", "ca|b", "ca"},
		{"oldest: 1/2", oldest, "c a b", "c|ab", "c"},
		{"oldest: 2/2", oldest, "d c b a", "da|cb", "da"},
		{"oldest: 2/3", oldest, "d c b a e", "da|cbe", "da"},
		{"oldest: is leaving", oldest, "a- b c", "a|bc", "a"},
		{"oldest: is exiting and on the other side", oldest, "a. b c", "a|bc", ""},
		{"oldest: is exiting and here", oldest, "a. b c", "ab|c", "ab"},
		{"oldest: of a role", KeepOldest(after, withRole), "a b/x c", "ac|b", "b"},
		{"oldest: in a pair", oldest, "b a c", "a-b", "bc"},
		{"oldest: is not heard by most", oldest, "a b c d e", "a|bcd", "ae"},
		{"oldest: one way", oldest, "a b c", "bc>a", "a"},
		{"oldest, unless alone: 1/2", alone, "c a b", "c|ab", "ab"},
		{"oldest, unless alone: 1/1", alone, "b a", "a|b", "b"},
		{"oldest, unless alone: 2/3", alone, "d c b a e", "da|cbe", "da"},
		{"oldest, unless alone: is not heard by most", alone, "a b c d e", "a|bcd", "bcde"},

		{"referee: 2/1", referee, "a b c", "ab|c", "ab"},
		{"referee: 2/3", referee, "a b c d e", "ab|cde", "ab"},
		{"referee: alone, and two are needed", referee, "a b c", "b|ac", ""},
		{"referee: alone", KeepReferee(after, "b", 1), "a b c", "b|ac", "b"},
		{"referee: none", KeepReferee(after, "z", 1), "a b c", "b|ac", ""},
		{"referee: not up yet", referee, "a b? c", "ab|c", ""},
		{"referee: in a pair", referee, "a b c", "a-b", "bc"},

		{"quorum: 2/1", quorum, "a b c", "ab|c", "ab"},
		{"quorum: 1/2", quorum, "a b c", "a|bc", "bc"},
		{"quorum: nobody has it", StaticQuorum(after, 4), "a b c d e", "abc|de", ""},
		{"quorum: both have it", quorum, "a b c d", "ab|cd", ""},
		{"quorum: 3/1 of two", quorum, "a b c d", "abc|d", "abc"},
		{"quorum: of a role", StaticQuorum(after, 2, withRole), "a/x b c/x d/x", "ab|cd", "cd"},
		{"quorum: a pair", quorum, "a b c", "b-c", "ab"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := parse(test.members, test.cuts)
			if got := w.survivors(test.policy, 2*after); got != test.want {
				t.Errorf("got %q, want %q; they decided %v", got, test.want, w.decide(test.policy, 2*after))
			}
			for _, down := range w.decide(test.policy, after-1) {
				if len(down) > 0 {
					t.Errorf("too early: %v", down)
				}
			}
		})
	}
}

// TestAnIndirectCutTakesTwiceAsLong is about a split that c has not noticed yet.
func TestAnIndirectCutTakesTwiceAsLong(t *testing.T) {
	for _, test := range []struct {
		cuts   string
		stable time.Duration
		want   string
	}{
		{"ab|cd", after - 1, "abcd"},
		{"ab|cd", after, "ab"},
		{"ab|d ab>c", after, "ab"},
		{"ab|d", after, "abcd"},
		{"ab|d", 2*after - 1, "abcd"},
		{"ab|d", 2 * after, "abc"},
	} {
		w := parse("a b c d", test.cuts)
		if got := w.survivors(KeepMajority(after), test.stable); got != test.want {
			t.Errorf("%s, stable for %s: got %q, want %q", test.cuts, test.stable, got, test.want)
		}
	}
}

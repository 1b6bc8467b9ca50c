package downing_test

import (
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// policy is one that the specs try, and who it keeps. In all specs, b is the oldest and
// a has the lowest address.
type policy struct {
	name string
	make func(env *Env, stableAfter time.Duration) cluster.Downing
	// keeps has the survivors by the two sides of the split.
	keeps map[[2]string]string
	// pair is who survives when a and b, of three, do not hear each other.
	pair string
}

// splits are those that each policy has to decide, by the number of roles.
var splits = map[int][][2]string{
	3: {{"ac", "b"}, {"a", "bc"}},
	4: {{"ab", "cd"}, {"ad", "bc"}},
	5: {{"abc", "de"}, {"ab", "cde"}},
}

var policies = []policy{
	{"keep-majority", func(_ *Env, d time.Duration) cluster.Downing {
		return downing.KeepMajority(d)
	}, keeps("ac", "bc", "ab", "ad", "abc", "cde"), "bc"},
	{"keep-oldest", func(_ *Env, d time.Duration) cluster.Downing {
		return downing.KeepOldest(d)
	}, keeps("b", "bc", "ab", "bc", "abc", "ab"), "bc"},
	{"keep-oldest, unless alone", func(_ *Env, d time.Duration) cluster.Downing {
		return downing.KeepOldest(d, downing.DownIfAlone())
	}, keeps("ac", "bc", "ab", "bc", "abc", "ab"), "bc"},
	{"keep-referee", func(env *Env, d time.Duration) cluster.Downing {
		return downing.KeepReferee(d, env.AddressOf("c"), 2)
	}, keeps("ac", "bc", "cd", "bc", "abc", "cde"), "bc"},
	{"static-quorum", func(env *Env, d time.Duration) cluster.Downing {
		return downing.StaticQuorum(d, len(env.Roles)/2+1)
	}, keeps("ac", "bc", "", "", "abc", "cde"), "bc"},
	{"lease-majority", func(env *Env, d time.Duration) cluster.Downing {
		return downing.LeaseMajority(d, env.Lease("downing", time.Minute))
	}, keeps("ac", "bc", "ab", "ad", "abc", "cde"), "bc"},
}

// keeps returns the survivors by split, given in the order of splits.
func keeps(survivors ...string) map[[2]string]string {
	out := map[[2]string]string{}
	for _, n := range []int{3, 4, 5} {
		for _, split := range splits[n] {
			out[split], survivors = survivors[0], survivors[1:]
		}
	}
	return out
}

// after has the nodes decide once their views have been stable for that long.
func (p policy) after(stableAfter time.Duration) Option {
	return Options(
		SeedRoles("b", "a", "c"),
		Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
		DowningFunc(func(env *Env) cluster.Downing { return p.make(env, stableAfter) }),
	)
}

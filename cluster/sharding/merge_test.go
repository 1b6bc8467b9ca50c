package sharding_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// twoClusters is a lab with two clusters that do not know of each other: a, b, c and d, e, f.
type twoClusters struct {
	*shardLab
	one, two []transport.Address
}

// newTwoClusters starts them, the second after a while. With other options the nodes of
// the second have those.
func newTwoClusters(t *testing.T, after time.Duration, options, others []sharding.Option) *twoClusters {
	m := &twoClusters{newLab(t), []transport.Address{"a", "b", "c"}, []transport.Address{"d", "e", "f"}}
	for _, a := range m.one {
		m.Cut(a, m.two...)
	}
	m.side(m.one, []transport.Address{"a", "d"}, options)
	time.Sleep(after)
	m.side(m.two, []transport.Address{"d", "a"}, others)
	for _, nodes := range [][]transport.Address{m.one, m.two} {
		m.Await(20*time.Second, "two clusters", lab.Up(nodes...), nodes...)
	}
	return m
}

func (m *twoClusters) side(nodes, seeds []transport.Address, options []sharding.Option) {
	for _, a := range nodes {
		m.Boot(a, cluster.WithSeeds(seeds...))
		m.host(a, options...)
	}
}

func (m *twoClusters) merge() {
	for _, a := range m.one {
		m.Heal(a, m.two...)
	}
	m.Await(20*time.Second, "one cluster", lab.Up("a", "b", "c", "d", "e", "f"))
	time.Sleep(5 * time.Second)
}

// twiceNow forgets the ids that live twice while there are two clusters, and returns how
// many live twice now.
func (m *twoClusters) twiceNow() (n int) {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.twice = nil
	for _, at := range m.living {
		if len(at) > 1 {
			n++
		}
	}
	return n
}

// TestTwoClustersThatMeetAgree has two clusters host the same shards, in tenures of the
// same numbers, of much lower ones, and of some that only one of them has got. Afterwards
// each entity lives once, and every region finds it.
func TestTwoClustersThatMeetAgree(t *testing.T) {
	for _, after := range []time.Duration{0, time.Millisecond, time.Minute} {
		for seed := range lab.Seeds(5) {
			t.Run(fmt.Sprintf("the second %s later, seed %d", after, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := newTwoClusters(t, after, nil, nil)
					rng := rand.New(rand.NewPCG(seed, 5))
					for i := range 40 {
						for _, side := range [][]transport.Address{m.one, m.two} {
							if rng.IntN(4) > 0 {
								m.regions[side[rng.IntN(3)]].Tell(fmt.Sprint("e", i), note{})
							}
						}
					}
					time.Sleep(500 * time.Millisecond)
					if seed%2 == 1 { // shards of one of them have lost their homes
						for _, side := range [][]transport.Address{m.one, m.two} {
							if err := m.regions[side[1]].Shutdown(m.Within(time.Minute)); err != nil {
								t.Fatal(err)
							}
						}
					}
					m.merge()
					for a := range m.Nodes {
						m.touch(a, 40)
					}
					if n := m.twiceNow(); n > 0 {
						t.Errorf("%d entities live twice", n)
					}
					m.spread()
				})
			})
		}
	}
}

// TestHomeThatOthersBelieveIsPast has the regions of one cluster remember late tenures of
// shards that nobody hosts there, while the other hosts them in much earlier ones.
func TestHomeThatOthersBelieveIsPast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newTwoClusters(t, 5*time.Minute, nil, nil)
		m.touch("a", 40)
		m.twice = nil
		for i := range 40 {
			m.regions["e"].Tell(fmt.Sprint("e", i), note{})
		}
		time.Sleep(500 * time.Millisecond)
		for _, a := range m.two {
			if err := m.regions[a].Shutdown(m.Within(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		m.merge()
		for a := range m.Nodes {
			m.touch(a, 40)
		}
		if n := m.twiceNow(); n > 0 {
			t.Errorf("%d entities live twice", n)
		}
	})
}

// TestTwoClustersWithTwoNumbersOfShards has the regions of one refused, and stop what they
// host.
func TestTwoClustersWithTwoNumbersOfShards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newTwoClusters(t, 0, nil, []sharding.Option{sharding.WithShards(13)})
		m.touch("a", 30)
		m.touch("e", 30)
		m.merge()
		m.touch("b", 30)
		m.refusedAt("e", "13 shards", "12 shards")
		if n := m.twiceNow(); n > 0 {
			t.Errorf("%d entities live twice", n)
		}
	})
}

// TestAskBeforeTwoClustersMeetIsHandledOnce has asks of both wait for answers that were
// lost when the clusters meet, and the home in one of them has to go.
func TestAskBeforeTwoClustersMeetIsHandledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newTwoClusters(t, 0, nil, nil)
		for i := range 30 {
			for _, a := range []transport.Address{"b", "e"} {
				m.regions[a].Tell(fmt.Sprint("e", i), note{From: "first"})
			}
		}
		time.Sleep(time.Second)
		for i := range 30 {
			for _, a := range []transport.Address{"b", "e"} {
				go func() {
					_, _ = sharding.Ask(m.Within(time.Minute), m.regions[a], fmt.Sprint("e", i), func(actor.Ref[string]) note {
						return note{From: string(a), N: i} // which has no answer
					})
				}()
			}
		}
		time.Sleep(100 * time.Millisecond)
		m.merge()
		for i := range 30 {
			var got []string
			for _, h := range m.history(fmt.Sprint("e", i)) {
				if h != "first:0" {
					got = append(got, h)
				}
			}
			slices.Sort(got)
			if want := fmt.Sprintf("[b:%d e:%d]", i, i); fmt.Sprint(got) != want {
				t.Errorf("e%d has handled %v, want %s", i, got, want)
			}
		}
		m.twiceNow()
	})
}

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
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// twoClusters is a lab with two clusters that do not know of each other: a, b, c and d, e, f.
type twoClusters struct {
	*lab
	one, two []transport.Address
}

// newTwoClusters starts them, the second after a while. With other options the nodes of
// the second have those.
func newTwoClusters(t *testing.T, after time.Duration, options, others []sharding.Option) *twoClusters {
	m := &twoClusters{newLab(t), []transport.Address{"a", "b", "c"}, []transport.Address{"d", "e", "f"}}
	for _, a := range m.one {
		for _, b := range m.two {
			m.cut(a, b)
		}
	}
	m.side(m.one, []transport.Address{"a", "d"}, options)
	time.Sleep(after)
	m.side(m.two, []transport.Address{"d", "a"}, others)
	up := func(nodes []transport.Address) func() bool {
		return func() bool {
			return !slices.ContainsFunc(nodes, func(a transport.Address) bool { return len(m.nodes[a].View().Up()) != 3 })
		}
	}
	m.await(20*time.Second, "two clusters", func() bool { return up(m.one)() && up(m.two)() })
	return m
}

func (m *twoClusters) side(nodes, seeds []transport.Address, options []sharding.Option) {
	for _, a := range nodes {
		m.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(m.net, a), actor.WithIncarnation(m.lives), actor.WithLogger(m.log.With("node", a)))
		if err != nil {
			m.Fatal(err)
		}
		membership, err := cluster.Start(sys, cluster.WithSeeds(seeds...), cluster.WithRand(rand.NewPCG(m.lives, 1)),
			cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond)),
			cluster.WithDowning(cluster.AutoDown(300*time.Millisecond)))
		if err != nil {
			m.Fatal(err)
		}
		n := &labNode{Membership: membership}
		m.nodes[a] = n
		n.region, err = sharding.Start(membership, "note", func(id string) actor.Actor[note] {
			return m.wrap(&keeper{lab: m.lab, id: id, node: string(a)})
		}, append([]sharding.Option{sharding.WithShards(12)}, options...)...)
		if err != nil {
			m.Fatal(err)
		}
	}
}

func (m *twoClusters) merge() {
	for _, a := range m.one {
		for _, b := range m.two {
			m.heal(a, b)
		}
	}
	m.await(20*time.Second, "one cluster", func() bool {
		return !slices.ContainsFunc(append(slices.Clone(m.one), m.two...), func(a transport.Address) bool { return len(m.nodes[a].View().Up()) != 6 })
	})
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
		for seed := range uint64(5) {
			t.Run(fmt.Sprintf("the second %s later, seed %d", after, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := newTwoClusters(t, after, nil, nil)
					rng := rand.New(rand.NewPCG(seed, 5))
					for i := range 40 {
						for _, side := range [][]transport.Address{m.one, m.two} {
							if rng.IntN(4) > 0 {
								m.nodes[side[rng.IntN(3)]].region.Tell(fmt.Sprint("e", i), note{})
							}
						}
					}
					time.Sleep(500 * time.Millisecond)
					if seed%2 == 1 { // shards of one of them have lost their homes
						for _, side := range [][]transport.Address{m.one, m.two} {
							if err := m.nodes[side[1]].region.Shutdown(minute(t)); err != nil {
								t.Fatal(err)
							}
						}
					}
					m.merge()
					for a := range m.nodes {
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
		m := newTwoClusters(t, time.Hour, nil, nil)
		m.touch("a", 40)
		m.twice = nil
		for i := range 40 {
			m.nodes["e"].region.Tell(fmt.Sprint("e", i), note{})
		}
		time.Sleep(500 * time.Millisecond)
		for _, a := range m.two {
			if err := m.nodes[a].region.Shutdown(minute(t)); err != nil {
				t.Fatal(err)
			}
		}
		m.merge()
		for a := range m.nodes {
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
				m.nodes[a].region.Tell(fmt.Sprint("e", i), note{From: "first"})
			}
		}
		time.Sleep(time.Second)
		for i := range 30 {
			for _, a := range []transport.Address{"b", "e"} {
				go func() {
					_, _ = sharding.Ask(minute(t), m.nodes[a].region, fmt.Sprint("e", i), func(actor.Ref[string]) note {
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

package sharding_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// The type of the entities, and how many shards they have.
const (
	counters = "counter"
	shards   = 12
)

// quick finds out soon, and downs soon after.
var quick = Options(
	Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
	Downing(cluster.AutoDown(250*time.Millisecond)),
)

// patience is how long an ask waits; as long as an Eventually.
const patience = 10 * time.Second

// count is what a counter takes.
type count struct {
	Number  int // kept
	Stop    bool
	ReplyTo actor.Ref[answer]
}

// answer is what it says.
type answer struct {
	ID, Role string
	Numbers  []int // all that it was sent in this life
}

// counter is an entity that keeps the numbers it is sent.
type counter struct {
	id, role string
	numbers  []int
}

// received is what the entities of this process have kept, by role and id.
var received = struct {
	sync.Mutex
	numbers map[[2]string][]int
}{numbers: map[[2]string][]int{}}

// forget empties what a role has received before this spec.
func forget(role string) {
	received.Lock()
	defer received.Unlock()
	for key := range received.numbers {
		if key[0] == role {
			delete(received.numbers, key)
		}
	}
}

func (c *counter) Receive(ctx *actor.Context[count], m count) error {
	if m.Number > 0 {
		c.numbers = append(c.numbers, m.Number)
		received.Lock()
		key := [2]string{c.role, c.id}
		received.numbers[key] = append(received.numbers[key], m.Number)
		received.Unlock()
	}
	if m.Stop {
		sharding.Passivate(ctx) // before whoever asks sends more
	}
	if !m.ReplyTo.IsZero() {
		m.ReplyTo.Tell(answer{c.id, c.role, slices.Clone(c.numbers)})
	}
	return nil
}

// regions has each role's region in this process.
var regions sync.Map

func regionOf(node *Node) *sharding.Region[count] {
	region, ok := regions.Load(node.Role())
	Expect(ok).To(BeTrue(), "no region on "+node.Role())
	return region.(*sharding.Region[count])
}

// open starts a region on the node.
func open(node *Node, options ...sharding.Option) {
	role := node.Role()
	region, err := sharding.Start(node.Membership(), counters, func(id string) actor.Actor[count] {
		return &counter{id: id, role: role}
	}, append([]sharding.Option{sharding.WithShards(shards)}, options...)...)
	Expect(err).NotTo(HaveOccurred())
	regions.Store(role, region)
	forget(role)
}

// question is what a role is to ask an entity, or tell it.
type question struct {
	ID     string
	Number int
	Times  int // in tell
	Stop   bool
}

var (
	// ask asks an entity from a node.
	ask = Command(func(ctx context.Context, node *Node, q question) (answer, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return sharding.Ask(ctx, regionOf(node), q.ID, func(replyTo actor.Ref[answer]) count {
			return count{q.Number, q.Stop, replyTo}
		})
	})
	// tell sends an entity the numbers behind Number.
	tell = Command(func(_ context.Context, node *Node, q question) (bool, error) {
		for n := range q.Times {
			regionOf(node).Tell(q.ID, count{Number: q.Number + n + 1})
		}
		return true, nil
	})
	// serve asks as many entities as it is told, at once, and returns who answered.
	serve = Command(func(ctx context.Context, node *Node, n int) ([]answer, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		answers, errs := make([]answer, n), make([]error, n)
		var group sync.WaitGroup
		for i := range n {
			group.Go(func() {
				answers[i], errs[i] = sharding.Ask(ctx, regionOf(node), entity(i), func(replyTo actor.Ref[answer]) count {
					return count{ReplyTo: replyTo}
				})
			})
		}
		group.Wait()
		for i, err := range errs {
			if err == nil && answers[i].ID != entity(i) {
				err = fmt.Errorf("%s was asked, %s answered", entity(i), answers[i].ID)
			}
			if err != nil {
				return nil, err
			}
		}
		return answers, nil
	})
	// kept returns the numbers that an entity got in its lives on a node.
	kept = Command(func(_ context.Context, node *Node, id string) ([]int, error) {
		received.Lock()
		defer received.Unlock()
		return slices.Clone(received.numbers[[2]string{node.Role(), id}]), nil
	})
	// lost returns how many messages the node's region has dropped.
	lost = Command(func(_ context.Context, node *Node, _ struct{}) (uint64, error) { return regionOf(node).Dropped(), nil })
)

// history returns what an entity got on all nodes, if it has lived on each only once.
func history(ctx context.Context, cluster *Cluster, id string) []int {
	GinkgoHelper()
	var lives [][]int
	for _, role := range cluster.Running() {
		life, err := kept.On(ctx, cluster.Node(role), id)
		Expect(err).NotTo(HaveOccurred())
		if len(life) > 0 {
			lives = append(lives, life)
		}
	}
	slices.SortFunc(lives, func(x, y []int) int { return x[0] - y[0] })
	return slices.Concat(lives...)
}

// entities counts those that run on all nodes.
func entities(cluster *Cluster) func() (int, error) {
	return func() (n int, err error) {
		views, err := cluster.Observe()
		for _, v := range views {
			for _, s := range v.Shards {
				n += s.Entities
			}
		}
		return n, err
	}
}

func entity(i int) string { return fmt.Sprint("entity-", i) }

// settle waits until the cluster stands and every shard has a home.
func settle(ctx context.Context, cluster *Cluster) {
	GinkgoHelper()
	Eventually(ctx, cluster).Should(HaveMembers(cluster.Running()))
	Expect(serve.On(ctx, cluster.Node(cluster.Running()[0]), 60)).To(HaveLen(60))
	Eventually(ctx, cluster).Should(HaveShards(counters, shards))
}

package ddata_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// The data of the specs.
var (
	hits   = ddata.NewKey[crdt.PNCounter]("hits")
	names  = ddata.NewKey[crdt.ORSet[string]]("names")
	scores = ddata.NewKey[crdt.ORMap[string, crdt.PNCounter]]("scores")
	motto  = ddata.NewKey[crdt.LWWRegister[string]]("motto")
)

// alert is a detector that finds out soon; nobody is downed.
var alert = Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond))

// mortal has those who are unreachable taken out soon.
var mortal = Options(alert, Downing(cluster.AutoDown(250*time.Millisecond)))

// long is a patience that a busy machine does not exceed.
const long = 8 * time.Second

// replicate starts the replicator of a node.
func replicate(_ context.Context, node *Node) {
	_, err := ddata.Start(node.Membership(), ddata.WithRand(rand.NewPCG(node.Env().Rand.Uint64(), node.Env().Rand.Uint64())))
	Expect(err).NotTo(HaveOccurred())
}

// how is with which consistency a command is to work, and for how long.
type how struct {
	Consistency ddata.Consistency
	Patience    time.Duration
}

var locally = how{ddata.Local, long}

func byMajority(patience time.Duration) how { return how{ddata.Majority, patience} }

func byAll(patience time.Duration) how { return how{ddata.All, patience} }

func update[T crdt.Value[T]](ctx context.Context, node *Node, key ddata.Key[T], h how, change func(crdt.Replica, T) T) error {
	ctx, cancel := context.WithTimeout(ctx, h.Patience)
	defer cancel()
	r, err := ddata.Of(node.System())
	if err != nil {
		return err
	}
	return ddata.Update(ctx, r, key, h.Consistency, func(old T) T { return change(r.Self(), old) })
}

func get[T crdt.Value[T]](ctx context.Context, node *Node, key ddata.Key[T], h how) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, h.Patience)
	defer cancel()
	r, err := ddata.Of(node.System())
	if err != nil {
		return *new(T), err
	}
	return ddata.Get(ctx, r, key, h.Consistency)
}

type nothing struct{}

type counting struct {
	N   int64
	How how
}

var add = Command(func(ctx context.Context, node *Node, c counting) (nothing, error) {
	return nothing{}, update(ctx, node, hits, c.How, func(self crdt.Replica, old crdt.PNCounter) crdt.PNCounter {
		return old.Add(self, c.N)
	})
})

var count = Command(func(ctx context.Context, node *Node, h how) (int64, error) {
	c, err := get(ctx, node, hits, h)
	return c.Value(), err
})

type naming struct {
	Add, Remove []string
	How         how
}

var name = Command(func(ctx context.Context, node *Node, n naming) (nothing, error) {
	return nothing{}, update(ctx, node, names, n.How, func(self crdt.Replica, old crdt.ORSet[string]) crdt.ORSet[string] {
		return old.Remove(n.Remove...).Add(self, n.Add...)
	})
})

var named = Command(func(ctx context.Context, node *Node, h how) ([]string, error) {
	s, err := get(ctx, node, names, h)
	return slices.Sorted(slices.Values(s.Elements())), err
})

type scoring struct {
	Player string
	N      int64 // 0: take the player out
}

var score = Command(func(ctx context.Context, node *Node, s scoring) (nothing, error) {
	return nothing{}, update(ctx, node, scores, locally,
		func(self crdt.Replica, old crdt.ORMap[string, crdt.PNCounter]) crdt.ORMap[string, crdt.PNCounter] {
			if s.N == 0 {
				return old.Remove(s.Player)
			}
			return old.Update(self, s.Player, func(as crdt.Replica, c crdt.PNCounter) crdt.PNCounter { return c.Add(as, s.N) })
		})
})

var scored = Command(func(ctx context.Context, node *Node, _ nothing) (map[string]int64, error) {
	m, err := get(ctx, node, scores, locally)
	all := map[string]int64{}
	for _, player := range m.Keys() {
		c, _ := m.Get(player)
		all[player] = c.Value()
	}
	return all, err
})

var proclaim = Command(func(ctx context.Context, node *Node, text string) (nothing, error) {
	return nothing{}, update(ctx, node, motto, locally, func(self crdt.Replica, old crdt.LWWRegister[string]) crdt.LWWRegister[string] {
		return old.Set(self, time.Now(), text)
	})
})

var proclaimed = Command(func(ctx context.Context, node *Node, _ nothing) (string, error) {
	r, err := get(ctx, node, motto, locally)
	return r.Value(), err
})

// life is one of a role's nodes. In these specs a role is its address.
type life struct {
	Role        string
	Incarnation uint64
}

// pruned says whether a node has no entries of a life any more.
var pruned = Command(func(ctx context.Context, node *Node, l life) (bool, error) {
	c, err := get(ctx, node, hits, locally)
	s, err2 := get(ctx, node, names, locally)
	address := node.Env().AddressOf(l.Role)
	return reflect.DeepEqual(c, c.Prune(address, l.Incarnation)) &&
		reflect.DeepEqual(s, s.Prune(address, l.Incarnation)), errors.Join(err, err2)
})

// eachHas waits until every node that runs has, by itself, what a command returns.
func eachHas[A, R any](ctx context.Context, c *Cluster, command CommandHandle[A, R], argument A, want any) {
	GinkgoHelper()
	for _, role := range c.Running() {
		Eventually(ctx, func() (R, error) { return command.On(ctx, c.Node(role), argument) }).Should(Equal(want), "on %s", role)
	}
}

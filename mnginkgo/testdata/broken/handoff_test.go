package broken_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

// stay is how long an entity is on one node.
type stay struct {
	ID, Node string
	From, To int64 // in Unix nanoseconds; To is 0 while it lasts
}

// register has the stays on each role of this process.
var register = struct {
	sync.Mutex
	stays map[string][]*stay
}{stays: map[string][]*stay{}}

func enter(env *Env, id string) *stay {
	register.Lock()
	defer register.Unlock()
	s := &stay{ID: id, Node: fmt.Sprint(env.Role, "#", env.Incarnation), From: time.Now().UnixNano()}
	register.stays[env.Role] = append(register.stays[env.Role], s)
	return s
}

func (s *stay) leave() {
	register.Lock()
	defer register.Unlock()
	s.To = cmp.Or(s.To, time.Now().UnixNano())
}

// begin forgets what another spec has left. What stayed on a node of the role that has crashed since is over, too:
// its place is only taken once the others know of the node that begins.
func begin(env *Env) {
	register.Lock()
	defer register.Unlock()
	if env.Incarnation == 1 {
		delete(register.stays, env.Role)
	}
	for _, s := range register.stays[env.Role] {
		s.To = cmp.Or(s.To, time.Now().UnixNano())
	}
}

// stays returns those on a role.
var stays = Command(func(_ context.Context, node *Node, _ struct{}) (all []stay, _ error) {
	register.Lock()
	defer register.Unlock()
	for _, s := range register.stays[node.Role()] {
		all = append(all, *s)
	}
	return all, nil
})

// errand is what an entity is sent on.
type errand struct{}

// worker is an entity.
type worker struct {
	env  *Env
	id   string
	here *stay
}

func (w *worker) PreStart(*actor.Context[errand]) error {
	w.here = enter(w.env, w.id)
	return nil
}

func (w *worker) PostStop(*actor.Context[errand]) { w.here.leave() }

func (w *worker) Receive(*actor.Context[errand], errand) error {
	time.Sleep(5 * time.Millisecond) // who hands it off has to wait
	return nil
}

// pace is how often each node has an errand for some worker.
const pace = 60 * time.Millisecond

// work boots a node that hosts workers, and sends them errands.
func work(ctx context.Context, env *Env) (Instance, error) {
	begin(env)
	instance, err := DefaultBoot(ctx, env)
	if err != nil {
		return nil, err
	}
	node := instance.(*ActorNode)
	region, err := sharding.Start(node.Membership, "worker", func(id string) actor.Actor[errand] {
		return &worker{env: env, id: id}
	}, sharding.WithShardOf(func(id string) string { return id }))
	if err != nil {
		node.Crash()
		return nil, err
	}
	sender, err := actor.SpawnFunc(node.System, "sender", func(ctx *actor.Context[errand], e errand) error {
		region.Tell(strconv.Itoa(env.Rand.IntN(6)), e)
		ctx.After("next", pace, e)
		return nil
	})
	sender.Tell(errand{})
	return node, err
}

var _ = broken("hands-off", Roles("a", "b", "c"), Boot(work), SeedRoles("a", "b", "c"),
	Detector(cluster.Deadline(50*time.Millisecond, 150*time.Millisecond)), func() {
		It("has each worker in one place", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			nemesis := cluster.Unleash(Chaos{
				Mix:   map[string]int{"crash": 2, "partition": 2, "one-way": 2, "lose": 2, "delay": 2, "duplicate": 2},
				Every: fault.Exponential(400 * time.Millisecond), Lasting: fault.Uniform(300*time.Millisecond, 250*time.Millisecond),
			})
			time.Sleep(3 * time.Second)
			nemesis.Stop()
			var all []stay
			for _, role := range cluster.Roles() {
				some, err := stays.On(ctx, cluster.Node(role), struct{}{})
				Expect(err).NotTo(HaveOccurred())
				all = append(all, some...)
			}
			Expect(all).NotTo(BeEmpty())
			Expect(twice(all)).To(BeEmpty())
		})
	})

// twice returns, for people, the stays that had not ended when another one of the same worker began.
func twice(all []stay) (found []string) {
	slices.SortFunc(all, func(x, y stay) int { return cmp.Compare(x.From, y.From) })
	last := map[string]stay{}
	for _, s := range all {
		if before, known := last[s.ID]; known && (before.To == 0 || before.To > s.From) {
			found = append(found, fmt.Sprintf("worker %s is on %s, and from %s on on %s, too", s.ID, before.Node, time.Unix(0, s.From).Format("05.000s"), s.Node))
		}
		last[s.ID] = s
	}
	return found
}

package routing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/cluster/router"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// job is what the routers are sent.
type job struct {
	Key     string
	ReplyTo actor.Ref[string]
}

var workers = receptionist.NewKey[job]("workers")

// shop is a node's workers and router. Each system has its own.
type shop struct {
	mu      sync.Mutex
	workers map[string]actor.Ref[job]
	blocked map[string]chan struct{} // closed when the worker may go on
	done    map[string][]string      // the keys, by worker
	jobs    actor.Ref[job]
}

func shopOf(node *Node) *shop {
	return actor.Extension(node.System(), func() *shop {
		return &shop{workers: map[string]actor.Ref[job]{}, blocked: map[string]chan struct{}{}, done: map[string][]string{}}
	})
}

// openShop has a node take part.
func openShop(_ context.Context, node *Node) {
	Expect(receptionist.Start(node.Membership())).To(Succeed())
}

// tooLong is when a spec that fails is left alone by its blocked workers and its asks.
const tooLong = 20 * time.Second

// hire registers a worker of that name, which answers with its address and path. One
// whose job has the key "block" waits for unblock.
var hire = Command(func(_ context.Context, node *Node, name string) (struct{}, error) {
	s := shopOf(node)
	gate := make(chan struct{})
	worker, err := actor.SpawnFunc(node.System(), name, func(ctx *actor.Context[job], j job) error {
		if j.Key == "block" {
			select {
			case <-gate:
			case <-time.After(tooLong):
			}
		}
		s.mu.Lock()
		s.done[name] = append(s.done[name], j.Key)
		s.mu.Unlock()
		j.ReplyTo.Tell(ctx.Self().String())
		return nil
	})
	if err != nil {
		return struct{}{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers[name], s.blocked[name] = worker, gate
	_, err = receptionist.Register(node.Membership(), workers, worker)
	return struct{}{}, err
})

var unblock = Command(func(_ context.Context, node *Node, name string) (struct{}, error) {
	s := shopOf(node)
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.blocked[name])
	return struct{}{}, nil
})

var fire = Command(func(ctx context.Context, node *Node, name string) (struct{}, error) {
	s := shopOf(node)
	s.mu.Lock()
	worker := s.workers[name]
	s.mu.Unlock()
	return struct{}{}, node.System().StopActor(ctx, worker)
})

// find returns the workers that a node finds, and those that it cannot reach.
var find = Command(func(_ context.Context, node *Node, _ struct{}) (string, error) {
	return receptionist.Lookup(node.Membership(), workers).String(), nil
})

// route makes a node's router.
var route = Command(func(_ context.Context, node *Node, strategy string) (struct{}, error) {
	strategies := map[string]router.Strategy{
		"round robin":     router.RoundRobin(),
		"random":          router.Random(rand.NewPCG(node.Env().Rand.Uint64(), 1)),
		"consistent hash": router.ConsistentHash(func(j job) string { return j.Key }),
		"least loaded":    router.LeastLoaded(),
	}
	jobs, err := router.New(node.Membership(), workers, strategies[strategy], router.WithBuffer(10))
	if err != nil {
		return struct{}{}, err
	}
	s := shopOf(node)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = jobs
	return struct{}{}, nil
})

func (s *shop) router() actor.Ref[job] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs
}

// ask has a node's router do jobs with these keys, one after another, and returns who did
// each.
var ask = Command(func(ctx context.Context, node *Node, keys []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, tooLong)
	defer cancel()
	var who []string
	for _, key := range keys {
		answer, err := actor.Ask(ctx, shopOf(node).router(), func(replyTo actor.Ref[string]) job { return job{key, replyTo} })
		if err != nil {
			return who, err
		}
		who = append(who, answer)
	}
	return who, nil
})

// tell sends a node's router jobs with these keys, and returns once it has sent them on,
// with how many messages the node could not deliver so far.
var tell = Command(func(ctx context.Context, node *Node, keys []string) (uint64, error) {
	jobs := shopOf(node).router()
	for _, key := range keys {
		jobs.Tell(job{Key: key})
	}
	done := make(chan struct{})
	if err := node.System().Behind(jobs, func() { close(done) }); err != nil {
		return 0, err
	}
	select {
	case <-done:
		return node.System().DeadLetters(), nil
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
})

// did returns the keys of the jobs that a worker has done.
var did = Command(func(_ context.Context, node *Node, worker string) ([]string, error) {
	s := shopOf(node)
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.done[worker]...), nil
})

// mustHire has roles hire a worker of that name each.
func mustHire(ctx SpecContext, c *Cluster, name string, roles ...string) {
	GinkgoHelper()
	for _, role := range roles {
		_, err := hire.On(ctx, c.Node(role), name)
		Expect(err).NotTo(HaveOccurred())
	}
}

// mustRoute makes the router of a role.
func mustRoute(ctx SpecContext, c *Cluster, role, strategy string) {
	GinkgoHelper()
	_, err := route.On(ctx, c.Node(role), strategy)
	Expect(err).NotTo(HaveOccurred())
}

// listing returns what a node finds, for Eventually.
func listing(ctx SpecContext, c *Cluster, role string) func() (string, error) {
	return func() (string, error) { return find.On(ctx, c.Node(role), struct{}{}) }
}

// mustAsk returns who did the jobs.
func mustAsk(ctx SpecContext, c *Cluster, role string, keys []string) []string {
	GinkgoHelper()
	who, err := ask.On(ctx, c.Node(role), keys)
	Expect(err).NotTo(HaveOccurred())
	return who
}

// keys returns n keys.
func keys(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("key-%d", i)
	}
	return all
}

// count says how often each occurs.
func count(who []string) map[string]int {
	n := map[string]int{}
	for _, w := range who {
		n[w]++
	}
	return n
}

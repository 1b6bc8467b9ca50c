package broken_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

var double = Command(func(_ context.Context, node *Node, n int) (int, error) {
	node.Log().Info("doubles", "n", n)
	return 2 * n, nil
})

// It has something of all that a record has.
var _ = broken("recorded", Roles("a", "b", "c"), Detector(cluster.Deadline(20*time.Millisecond, 150*time.Millisecond)), func() {
	BeforeEach(func(node *Node) { node.Barrier("ready") })

	It("waits for members in vain", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		Expect(double.On(ctx, cluster.Node("c"), 21)).To(Equal(42))
		cluster.Crash("c")
		cluster.Restart("c")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Split(RoleNames{"a"}, RoleNames{"b", "c"})
		cluster.Heal("a", "c")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable(ContainElement("b")))
		Eventually(ctx, cluster).WithTimeout(50 * time.Millisecond).Should(HaveMembers("a", "b", "c"))
	})
})

// lamp has a view that it is told.
type lamp struct {
	mu      sync.Mutex
	leader  string
	changed func()
}

func (l *lamp) Leader() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.leader
}

func (l *lamp) set(leader string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leader = leader
	if l.changed != nil {
		l.changed()
	}
}

// tellingLamp is one that tells when that changes.
type tellingLamp struct{ lamp }

func (l *tellingLamp) NotifyView(changed func()) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed = changed
	return func() { l.changed = nil }
}

var lead = Command(func(_ context.Context, node *Node, leader string) (string, error) {
	node.Instance().(interface{ set(string) }).set(leader)
	return "", nil
})

var _ = broken("lamps", Roles("told", "polled"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	if env.Role == "told" {
		return &tellingLamp{}, nil
	}
	return &lamp{}, nil
}), func() {
	It("see who leads", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster).To(HaveLeader(""))
		for _, role := range cluster.Roles() {
			Expect(lead.On(ctx, cluster.Node(role), role)).To(BeEmpty())
		}
		Eventually(cluster).WithTimeout(10 * time.Millisecond).Should(HaveLeader("told"))
	})
})

var _ = broken("never", Roles("a", "b", "c"), Detector(cluster.Deadline(20*time.Millisecond, 150*time.Millisecond)), func() {
	It("has two leaders", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		DeferCleanup(func() { cluster.HealAll() }) // goes on
		cluster.Always("one leader", func(views []View) error {
			for _, v := range views {
				if v.Leader != views[0].Leader {
					return fmt.Errorf("%s and %s", views[0].Leader, v.Leader)
				}
			}
			return nil
		})
		cluster.Always("no panic", func([]View) error { return nil })
		cluster.Isolate("a")
		Consistently(ctx, cluster).WithTimeout(time.Minute).ShouldNot(HaveLeader("b"))
	})
	It("is asked of no node", func(cluster *Cluster) { cluster.Always("nothing", nil) })
})

func waitForOthers(ctx context.Context) { <-ctx.Done() }

var idles = Command(func(ctx context.Context, _ *Node, _ string) (string, error) {
	waitForOthers(ctx)
	return "", ctx.Err()
})

var _ = broken("stalls", Roles("a", "b"), func() {
	It("in a command", func(ctx SpecContext, cluster *Cluster) {
		limited, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, err := idles.On(limited, cluster.Node("b"), "")
		Expect(err).NotTo(HaveOccurred())
	})
	It("in a spec", SpecTimeout(100*time.Millisecond), func(ctx SpecContext, cluster *Cluster) {
		_, err := idles.On(ctx, cluster.Node("b"), "")
		Expect(err).NotTo(HaveOccurred())
	})
	It("at a barrier", func(ctx SpecContext, node *Node) {
		if node.Role() == "b" {
			waitForOthers(ctx)
			return
		}
		node.Barrier("ready")
	})
})

var _ = broken("stalled-boot", Roles("a", "b"), Boot(func(ctx context.Context, env *Env) (Instance, error) {
	waitForOthers(ctx)
	return nil, ctx.Err()
}), func() {
	It("never runs", func(*Cluster) {})
})

var _ = broken("kinds", Roles("a", "b"), FrameKinds(func(f Frame) string {
	switch {
	case f.From == "b":
		panic("it knows nothing of b")
	case len(f.Payload) > 60:
		return "long"
	}
	return ""
}), func() {
	It("are named", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		Expect(cluster.Node("a")).To(HaveUnreachable("b"))
	})
})

var attempts int

var _ = broken("unsure", Roles("a", "b"), FlakeAttempts(2), func() {
	It("passes in the end", func(ctx SpecContext, cluster *Cluster) {
		attempts++
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		if attempts == 1 {
			cluster.Crash("b")
		}
		Expect(cluster.Running()).To(Equal([]string{"a", "b"}))
	})
	It("passes", func(cluster *Cluster) { cluster.Pair("a", "b").MTU(1500) })
})

var _ = broken("unlucky-once", Roles("a", "b"), Seeds(8), func() {
	It("fails with its third seed", func(ctx SpecContext, cluster *Cluster) {
		attempts++
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		Expect(attempts).To(BeNumerically("<", 3))
	})
})

var _ = broken("sometimes", Roles("a", "b"), func() {
	It("fails", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		Consistently(ctx, cluster).WithTimeout(100 * time.Millisecond).Should(HaveMembers("a", "b"))
		if os.Getenv("MN_BROKEN_NOW") != "" {
			cluster.Crash("b")
		}
		Expect(cluster.Running()).To(Equal([]string{"a", "b"}))
	})
})

// rude is an instance that does harm to whoever looks at it unasked.
type rude struct{ lamp }

func (*rude) NotifyView(changed func()) (stop func()) { return nil }

// late is a node whose own word for its leader takes its time.
type late struct {
	*ActorNode
	once sync.Once
	told chan struct{}
}

func (l *late) Leader() string {
	<-l.told
	return ""
}

func (l *late) Crash() { l.once.Do(func() { close(l.told) }); l.ActorNode.Crash() }

func (l *late) Stop(ctx context.Context) error {
	l.once.Do(func() { close(l.told) })
	return l.ActorNode.Stop(ctx)
}

var _ = broken("rude", Roles("a", "b"), Boot(func(ctx context.Context, env *Env) (Instance, error) {
	if env.Role == "a" {
		return &rude{}, nil
	}
	node, err := DefaultBoot(ctx, env)
	if err != nil {
		return nil, err
	}
	return &late{ActorNode: node.(*ActorNode), told: make(chan struct{})}, nil
}), func() {
	It("are looked at without harm", func(cluster *Cluster) { Expect(cluster.Running()).To(HaveLen(2)) })
})

var _ = broken("lives", Roles("a", "b"), Boot(func(context.Context, *Env) (Instance, error) { return &lamp{}, nil }), func() {
	It("count one by one", func(ctx SpecContext, cluster *Cluster) {
		for _, role := range cluster.Roles() {
			Expect(lead.On(ctx, cluster.Node(role), "a")).To(BeEmpty())
		}
		Eventually(cluster).Should(HaveLeader("a"))
		cluster.Crash("a")
		cluster.Restart("a")
		stop := cluster.Always("no view of former lives", func(views []View) error {
			for _, v := range views {
				if v.Role == "a" && v.Leader == "a" {
					return errors.New("a sees what it saw before")
				}
			}
			return nil
		})
		Expect(lead.On(ctx, cluster.Node("a"), "b")).To(BeEmpty())
		Eventually(cluster.Node("a")).Should(HaveLeader("b"))
		stop()
		Expect(lead.On(ctx, cluster.Node("a"), "a")).To(BeEmpty()) // it holds no more
		Eventually(cluster.Node("a")).Should(HaveLeader("a"))
	})
})

var _ = broken("afterwards", Roles("a", "b", "c"), func() {
	It("undoes and waits", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cut := cluster.Partition("a", "b")
		defer func() {
			cut.Undo()
			time.Sleep(20 * time.Second)
		}()
		time.Sleep(time.Second)
		Expect(cluster.Running()).To(BeEmpty())
	})
})

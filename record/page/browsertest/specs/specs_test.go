package specs_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

func TestSpecs(t *testing.T) {
	if os.Getenv("MN_PICTURED") == "" {
		t.Skip("these specs fail, for their pages: see MN_PICTURED in doc.go")
	}
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Specs")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

var _ = func() bool {
	Describe("in-process", specs())
	Describe("virtual", specs(Virtual()))
	Describe("parallel", specs(Parallel()))
	Describe("isolated", specs(Isolated()))
	return true
}()

var greet = Command(func(_ context.Context, node *Node, whom string) (string, error) {
	node.Log().Info("greeting", "whom", whom)
	return "hello " + whom, nil
})

var wait = Command(func(ctx context.Context, _ *Node, _ string) (string, error) {
	waitForOthers(ctx)
	return "", ctx.Err()
})

func waitForOthers(ctx context.Context) { <-ctx.Done() }

var five, nine = Roles("a", "b", "c", "d", "e"), Roles("a", "b", "c", "d", "e", "f", "g", "h", "i")

// specs returns the specs in the variant of an option. The first words of their texts are the names of their records.
func specs(variant ...Option) func() {
	on := func(roles RoleNames, text string, body any) []any {
		return []any{MultiNode(roles, variant...), func() { It(text, body) }}
	}
	return func() {
		Describe("partition", on(five, "marks both sides unreachable, and is forgotten once healed", partition)...)
		Describe("crash", on(five[:4], "is noticed, and forgiven when the node is back", crash)...)
		Describe("nine", on(nine, "come together after a split", split)...)
		Describe("barrier", on(five[:3], "is passed by all", barrier)...)
		Describe("never", on(five[:3], "has two leaders", never)...)
		Describe("clients", on(five[:3], "get all answers", clients)...)
	}
}

// partition forgets to heal a cut.
func partition(ctx SpecContext, cluster *Cluster) {
	Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c", "d", "e"))
	cluster.Partition("a", "b")
	Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
	Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))
	Eventually(ctx, cluster).WithTimeout(2 * time.Second).Should(HaveMembers("a", "b", "c", "d", "e"))
}

// crash is a bad day.
func crash(ctx SpecContext, cluster *Cluster) {
	all := []any{"a", "b", "c", "d"}
	Eventually(ctx, cluster).Should(HaveMembers(all...))
	Expect(greet.On(ctx, cluster.Node("a"), "d")).To(Equal("hello d"))
	lossy := cluster.Pair("a", "c").Lose(0.3)
	cluster.Pair("b", "c").Delay(fault.Uniform(30*time.Millisecond, 20*time.Millisecond))
	cluster.Crash("d")
	Eventually(ctx, cluster).Should(HaveUnreachable("d"))
	cluster.Link("c", "b").Cut()
	Consistently(ctx, cluster.Node("a")).WithTimeout(300 * time.Millisecond).Should(HaveUnreachable("d"))
	cluster.Restart("d")
	Expect(greet.On(ctx, cluster.Node("d"), "everybody")).To(Equal("hello everybody"))
	Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable(ContainElement("c")))
	lossy.Undo()
	Eventually(ctx, cluster).WithTimeout(2 * time.Second).Should(HaveMembers(all...))
}

// split heals one link of twenty.
func split(ctx SpecContext, cluster *Cluster) {
	all := []any{"a", "b", "c", "d", "e", "f", "g", "h", "i"}
	Eventually(ctx, cluster).Should(HaveMembers(all...))
	cluster.Split(RoleNames{"a", "b", "c", "d"}, RoleNames{"e", "f", "g", "h", "i"})
	Eventually(ctx, cluster).Should(HaveUnreachable())
	cluster.Heal("a", "e")
	Eventually(ctx, cluster).WithTimeout(time.Second).Should(HaveMembers(all...))
}

// barrier waits for one who waits for others.
func barrier(ctx SpecContext, node *Node) {
	node.Barrier("ready")
	node.Log().Warn("through", "barrier", "ready")
	if node.Role() == "c" {
		waitForOthers(ctx)
		return
	}
	node.Barrier("done")
}

// never is broken by two leaders.
func never(ctx SpecContext, cluster *Cluster) {
	Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	cluster.Always("one leader", func(views []View) error {
		for _, v := range views {
			if v.Leader != views[0].Leader {
				return errors.New(views[0].Leader + " and " + v.Leader)
			}
		}
		return nil
	})
	cluster.Isolate("a")
	Eventually(ctx, cluster.Node("a")).WithTimeout(10 * time.Second).Should(HaveLeader("b"))
}

// clients lose an answer.
func clients(ctx SpecContext, cluster *Cluster) {
	Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	history := NewHistory[string, string](cluster)
	var all sync.WaitGroup
	for _, client := range []string{"client 1", "client 2"} {
		all.Go(func() {
			for _, role := range cluster.Roles() {
				node := cluster.Node(role)
				call := history.BeginOn(node, client, "greet "+role)
				answer, err := greet.On(ctx, node, role)
				if err != nil {
					call.Failed(err)
					continue
				}
				call.Returned(answer)
			}
		})
	}
	all.Wait()
	limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	call := history.BeginOn(cluster.Node("b"), "client 1", "wait")
	_, err := wait.On(limited, cluster.Node("b"), "")
	call.Unknown(err)
	Expect(err).NotTo(HaveOccurred())
}

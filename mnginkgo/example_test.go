package mnginkgo_test

import (
	"context"
	"fmt"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport"
)

// A container with nodes of its own for each spec. Its suite has one more line,
// SynchronizedBeforeSuite(StartBroker, JoinBroker).
func ExampleMultiNode() { //nolint:testableexamples // TestExamples runs its spec
	_ = Describe("membership", MultiNode(Roles("a", "b", "c"), Parallel()), func() {
		It("forgets who crashed once it is back", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			cluster.Crash("b")
			Eventually(ctx, cluster).Should(HaveUnreachable("b"))
			cluster.Restart("b")
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})
	})
}

// A body that takes a *Node runs on every role at once; a barrier lines them up.
func ExampleNode_Barrier() { //nolint:testableexamples // TestExamples runs its spec
	_ = Describe("a start", MultiNode(Roles("a", "b")), func() {
		It("is seen by both", func(ctx SpecContext, node *Node) {
			Eventually(ctx, node).Should(HaveMembers("a", "b"))
			node.Barrier("seen")
			node.Log().Info("everybody has seen everybody")
		})
	})
}

// A command is code that the spec has a role run, wherever its process is.
func ExampleCommand() { //nolint:testableexamples // TestExamples runs its spec
	incarnation := Command(func(_ context.Context, node *Node, greeting string) (string, error) {
		return fmt.Sprintf("%s, %s#%d", greeting, node.Role(), node.Incarnation()), nil
	})
	_ = Describe("a restart", MultiNode(Roles("a", "b")), func() {
		It("makes a new node", func(ctx SpecContext, cluster *Cluster) {
			cluster.Restart("b")
			Expect(incarnation.On(ctx, cluster.Node("b"), "hello")).To(Equal("hello, b#2"))
		})
	})
}

// What clients do under faults is kept, with how it ended, for a check of the whole.
func ExampleHistory() { //nolint:testableexamples // TestExamples runs its spec
	greet := Command(func(_ context.Context, node *Node, name string) (string, error) {
		return fmt.Sprintf("hello %s, this is %s", name, node.Role()), nil
	})
	_ = Describe("greetings", MultiNode(Roles("a", "b")), func() {
		It("are kept", func(ctx SpecContext, cluster *Cluster) {
			history := NewHistory[string, string](cluster)
			for _, role := range cluster.Roles() {
				call := history.BeginOn(cluster.Node(role), "client 1", "Ada")
				if greeting, err := greet.On(ctx, cluster.Node(role), "Ada"); err == nil {
					call.Returned(greeting)
				} else {
					call.Unknown(err)
				}
			}
			operations := history.Operations()
			Expect(operations).To(HaveLen(2))
			Expect(operations[1].Output).To(Equal("hello Ada, this is b"))
			Expect(operations[1].Called).To(BeNumerically(">", operations[0].Ended))
		})
	})
}

// counter is an entity of cluster sharding.
type counter struct{ n int }

// inc asks a counter for its next number.
type inc struct{ ReplyTo actor.Ref[int] }

// Receive implements actor.Actor.
func (c *counter) Receive(_ *actor.Context[inc], m inc) error {
	c.n++
	m.ReplyTo.Tell(c.n)
	return nil
}

// shop is the default node with a region of counters.
type shop struct {
	*ActorNode
	counters *sharding.Region[inc]
}

// What of one's own runs on the default node is started behind it, and found by commands
// in what Boot returns.
func ExampleDefaultBoot() { //nolint:testableexamples // TestExamples runs its spec
	boot := Boot(func(ctx context.Context, env *Env) (Instance, error) {
		instance, err := DefaultBoot(ctx, env)
		if err != nil {
			return nil, err
		}
		node := instance.(*ActorNode)
		counters, err := sharding.Start(node.Membership, "counter", func(string) actor.Actor[inc] { return &counter{} })
		if err != nil {
			node.Crash()
			return nil, err
		}
		return &shop{node, counters}, nil
	})
	count := Command(func(ctx context.Context, node *Node, id string) (int, error) {
		counters := node.Instance().(*shop).counters
		return sharding.Ask(ctx, counters, id, func(replyTo actor.Ref[int]) inc { return inc{replyTo} })
	})
	_ = Describe("a counter", MultiNode(Roles("a", "b"), boot), func() {
		It("is the same from every node", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
			Expect(count.On(ctx, cluster.Node("a"), "x")).To(Equal(1))
			Expect(count.On(ctx, cluster.Node("b"), "x")).To(Equal(2))
		})
	})
}

// ear is a node that knows no cluster: it counts what it hears.
type ear struct {
	endpoint transport.Endpoint
	heard    atomic.Int64
}

// Stop implements Stopper.
func (e *ear) Stop(context.Context) error { return e.endpoint.Close() }

// Boot puts any node on the network that the harness can cut.
func ExampleBoot() { //nolint:testableexamples // TestExamples runs its spec
	boot := Boot(func(_ context.Context, env *Env) (Instance, error) {
		node := &ear{}
		var err error
		node.endpoint, err = env.Network.Open(env.Address, func(transport.Address, []byte) { node.heard.Add(1) })
		return node, err
	})
	say := Command(func(_ context.Context, node *Node, to string) (struct{}, error) {
		return struct{}{}, node.Instance().(*ear).endpoint.Send(node.Env().AddressOf(to), []byte("hello"))
	})
	heard := Command(func(_ context.Context, node *Node, _ struct{}) (int64, error) {
		return node.Instance().(*ear).heard.Load(), nil
	})
	_ = Describe("ears", MultiNode(Roles("a", "b"), boot, Parallel()), func() {
		It("hear", func(ctx SpecContext, cluster *Cluster) {
			Expect(say.On(ctx, cluster.Node("a"), "b")).Error().NotTo(HaveOccurred())
			Eventually(ctx, heard.On).WithArguments(ctx, cluster.Node("b"), struct{}{}).Should(BeEquivalentTo(1))
		})
	})
}

// static is a cluster of the reader's own: all that a matcher needs of it are the
// methods that it asks for.
type static []Member

func (s static) Members() []Member { return s }

// The matchers work on anything that has members.
func ExampleHaveMembers() {
	node := static{{Role: "a", Status: Up}, {Role: "b", Status: Up, Unreachable: true}}
	matcher := HaveMembers("a", "b")
	matched, err := matcher.Match(node)
	fmt.Println(matched, err)
	fmt.Println(matcher.FailureMessage(node))
	// Output:
	// false <nil>
	// Expected
	//     <mnginkgo_test.static>
	// to have exactly these members up
	//     ["a", "b"]
	// but
	//     it  sees  a up, b unreachable
}

// A matcher in place of the roles is given the names of those that are unreachable.
func ExampleHaveUnreachable() {
	node := static{{Role: "a", Status: Up}, {Role: "b", Status: Up, Unreachable: true}}
	for _, matcher := range []OmegaMatcher{HaveUnreachable("b"), HaveUnreachable(ContainElement("a"))} {
		matched, err := matcher.Match(node)
		fmt.Println(matched, err)
	}
	// Output:
	// true <nil>
	// false <nil>
}

package network_test

import (
	"context"
	"errors"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport"
)

// besideActors is a node beside the actors and the membership of DefaultBoot. It has an
// endpoint more, at which it answers frames.
type besideActors struct {
	*ActorNode
	node  *node
	own   transport.Endpoint
	heard chan string
}

func bootBeside(ctx context.Context, env *Env) (Instance, error) {
	actors, err := DefaultBoot(ctx, env)
	if err != nil {
		return nil, err
	}
	web, err := serve(env)
	if err != nil {
		return nil, err
	}
	b := &besideActors{ActorNode: actors.(*ActorNode), node: web, heard: make(chan string, 100)}
	b.own, err = env.Network.Open(ownOf(env, env.Role), func(from transport.Address, payload []byte) {
		b.heard <- fmt.Sprintf("%s of %s", payload, from)
	})
	return b, err
}

func ownOf(env *Env, role string) transport.Address { return env.AddressOf(role) + "~own" }

func (b *besideActors) Stop(ctx context.Context) error {
	return errors.Join(b.node.Stop(ctx), b.ActorNode.Stop(ctx))
}

// tell sends a frame from the endpoint of a node's own to that of a role.
var tell = Command(func(_ context.Context, n *Node, to string) (struct{}, error) {
	return struct{}{}, n.Instance().(*besideActors).own.Send(ownOf(n.Env(), to), []byte("hello"))
})

var hear = Command(func(ctx context.Context, n *Node, _ struct{}) (string, error) {
	select {
	case text := <-n.Instance().(*besideActors).heard:
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
})

var _ = variants.Describe("actors, and an HTTP server beside them", Roles("a", "b", "c"), Label("network"),
	variants.WaitsForTime, variants.AlsoIsolated, Boot(bootBeside), func() {
		fetches := func(ctx SpecContext, cluster *Cluster, from, to string) {
			GinkgoHelper()
			Expect(fetch.On(ctx, cluster.Node(from), "http://"+to+"/x")).To(Equal(to + " for /x"))
		}
		tells := func(ctx SpecContext, cluster *Cluster, from, to string) {
			GinkgoHelper()
			Expect(tell.On(ctx, cluster.Node(from), to)).Error().NotTo(HaveOccurred())
			Expect(hear.On(ctx, cluster.Node(to), struct{}{})).To(Equal("hello of " + from + "~own"))
		}

		BeforeEach(func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})

		It("reach those of the other roles", func(ctx SpecContext, cluster *Cluster) {
			for _, from := range cluster.Roles() {
				for _, to := range cluster.Roles() {
					fetches(ctx, cluster, from, to)
					tells(ctx, cluster, from, to)
				}
			}
			Expect(ping.On(ctx, cluster.Node("a"), "b:9")).To(Equal("b ping from b:9"))
		})

		It("feel a cut, both, and are counted, both", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
			fetches(ctx, cluster, "a", "b")
			cluster.Partition("a", "b")
			traffic := cluster.Pair("a", "b").Traffic()
			Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
			Expect(ping.On(ctx, cluster.Node("a"), "b:9")).Error().To(MatchError(ContainSubstring("i/o timeout")))
			Expect(traffic).To(HaveFrames(0))
			fetches(ctx, cluster, "a", "c")
			tells(ctx, cluster, "a", "c")

			cluster.HealAll()
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			fetches(ctx, cluster, "a", "b")
			Expect(traffic).To(HaveFrames(BeNumerically(">", 0)))
		})

		It("are held, both", func(ctx SpecContext, cluster *Cluster) {
			held := cluster.Link("a", "b").Hold()
			Expect(ping.On(ctx, cluster.Node("a"), "b:9")).Error().To(MatchError(ContainSubstring("i/o timeout")))
			payload := func(f Frame) string { return string(f.Payload) }
			datagram := WithTransform(payload, ContainSubstring("ping"))
			Eventually(ctx, held.Frames).Should(And(ContainElement(datagram), ContainElement(Not(datagram))))
			held.Undo()
			Expect(ping.On(ctx, cluster.Node("a"), "b:9")).To(Equal("b ping from b:9"))
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})

		It("end with a crash, and come back", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
			Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
			for _, end := range []func(...string){cluster.Crash, cluster.Kill, cluster.Crash} {
				end("b")
				Eventually(ctx, cluster).Should(HaveUnreachable("b"))
				Expect(say.On(ctx, cluster.Node("a"), line{"one", brief})).Error().To(HaveOccurred())
				fetches(ctx, cluster, "a", "c")
				tells(ctx, cluster, "c", "a")
				cluster.Start("b")
				Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
				fetches(ctx, cluster, "a", "b")
				tells(ctx, cluster, "c", "b")
				Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
			}
			cluster.Restart("a", "b", "c")
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			fetches(ctx, cluster, "b", "a")
		})

		It("end with a node that leaves", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
			cluster.Leave("b")
			Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
			dialing, cancel := context.WithTimeout(ctx, brief)
			defer cancel()
			Expect(connect.On(dialing, cluster.Node("a"), "b:7")).Error().To(HaveOccurred())
			fetches(ctx, cluster, "a", "c")
		})
	})

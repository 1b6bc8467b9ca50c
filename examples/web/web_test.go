package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/examples/web"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

func TestWeb(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Web")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// boot starts on each role what its name says. A connection that the spec's network loses
// is a connection that these lose: there is nothing else to set up.
func boot(_ context.Context, env *Env) (Instance, error) {
	switch env.Role {
	case "prices":
		listener, err := env.Network.Listen("tcp", ":50051")
		if err != nil {
			return nil, err
		}
		return web.Prices{"apple": 3, "pear": 4}.Serve(listener), nil
	case "shop":
		listener, err := env.Network.Listen("tcp", ":80")
		if err != nil {
			return nil, err
		}
		return web.NewShop(listener, env.Network.DialContext, "prices:50051")
	default:
		return &web.Client{HTTP: &http.Client{Transport: &http.Transport{DialContext: env.Network.DialContext}}, Shop: "shop:80"}, nil
	}
}

// ask is what the client does: it asks for a price, for up to For.
type ask struct {
	Item string
	For  time.Duration
}

var price = Command(func(ctx context.Context, node *Node, a ask) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, a.For)
	defer cancel()
	return node.Instance().(*web.Client).Price(ctx, a.Item)
})

// How long the client tries.
const (
	long  = 20 * time.Second
	brief = 100 * time.Millisecond
)

var (
	roles = Roles("client", "shop", "prices")

	_ = Describe("the shop, in one process", MultiNode(roles, Boot(boot)), specs)
	_ = Describe("the shop, in a process each", MultiNode(roles, Boot(boot), Parallel()), specs)
)

func specs() {
	var client *Handle

	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		client = cluster.Node("client")
		Expect(price.On(ctx, client, ask{"apple", long})).To(BeEquivalentTo(3))
	})

	It("says what there is not", func(ctx SpecContext) {
		Expect(price.On(ctx, client, ask{"plum", long})).Error().To(MatchError(ContainSubstring(`404 Not Found: there is no "plum"`)))
	})

	It("does not answer in a cut, on HTTP or on gRPC", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		for _, cut := range [][2]string{{"client", "shop"}, {"shop", "prices"}} {
			cluster.Partition(cut[0], cut[1])
			Expect(price.On(ctx, client, ask{"pear", brief})).Error().To(MatchError(ContainSubstring("context deadline exceeded")))
			cluster.HealAll()
			Expect(price.On(ctx, client, ask{"pear", long})).To(BeEquivalentTo(4))
		}
	})

	It("says so when it gets no answer itself", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("prices", "shop").Cut()
		Expect(price.On(ctx, client, ask{"pear", 2 * time.Second})).Error().To(MatchError(ContainSubstring("504 Gateway Timeout: prices: ")))
	})

	It("answers one who goes on asking, once the cut is healed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cut := cluster.Pair("shop", "prices").Cut()
		asked := make(chan error, 1)
		go func() {
			_, err := price.On(ctx, client, ask{"pear", long})
			asked <- err
		}()
		Eventually(ctx, cut.Bites).Should(BeNumerically(">", 0), "the question was lost")
		cut.Undo()
		Eventually(ctx, asked).WithTimeout(long).Should(Receive(BeNil()))
	})

	It("is slower on a link that is slow and loses frames, but right", func(ctx SpecContext, cluster *Cluster) {
		const delay = 20 * time.Millisecond
		link := cluster.Pair("shop", "prices")
		link.Delay(fault.Constant(delay)).MustBite()
		link.Lose(0.2).MustBite()
		begin := time.Now()
		for range 20 {
			Expect(price.On(ctx, client, ask{"pear", long})).To(BeEquivalentTo(4))
		}
		Expect(time.Since(begin)).To(BeNumerically(">=", 20*2*delay))
	})

	It("connects again when its connections are reset", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster.AllLinks().Reset()).To(BeNumerically(">=", 2), "connections")
		Expect(price.On(ctx, client, ask{"pear", long})).To(BeEquivalentTo(4))
	})

	It("is found again when it was restarted, and so is the price list", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		for _, role := range []string{"prices", "shop"} {
			cluster.Restart(role)
			Expect(price.On(ctx, client, ask{"pear", long})).To(BeEquivalentTo(4), "after %s was", role)
		}
	})
}

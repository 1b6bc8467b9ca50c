package harness_test

import (
	"context"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport"
)

// radio is a node that counts what it hears and floods whom it is told to.
type radio struct {
	endpoint transport.Endpoint
	floods   sync.WaitGroup
	stop     chan struct{}

	mu    sync.Mutex
	heard map[string]int
}

var bootRadio = Boot(func(_ context.Context, env *Env) (Instance, error) {
	r := &radio{stop: make(chan struct{}), heard: map[string]int{}}
	var err error
	r.endpoint, err = env.Network.Open(transport.Address(env.Role), func(from transport.Address, _ []byte) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.heard[string(from)]++
	})
	return r, err
})

// flood sends bursts, so that some frames are always under way, and leaves the
// machine some time for others.
func (r *radio) flood(to string) {
	bursts := time.NewTicker(200 * time.Microsecond)
	defer bursts.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-bursts.C:
		}
		for range 50 {
			if err := r.endpoint.Send(transport.Address(to), []byte("noise")); err != nil {
				return
			}
		}
	}
}

func (r *radio) Crash() {
	close(r.stop)
	r.floods.Wait()
}

var flood = Command(func(_ context.Context, node *Node, to string) (struct{}, error) {
	r := node.Instance().(*radio)
	r.floods.Go(func() { r.flood(to) })
	return struct{}{}, nil
})

var heardFrom = Command(func(_ context.Context, node *Node, from string) (int, error) {
	r := node.Instance().(*radio)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heard[from], nil
})

var _ = variants.Describe("frames under way", Roles("a", "b", "c"), bootRadio, Label("partition", "network"), func() {
	heard := func(ctx SpecContext, cluster *Cluster, role, from string) int {
		GinkgoHelper()
		n, err := heardFrom.On(ctx, cluster.Node(role), from)
		Expect(err).NotTo(HaveOccurred())
		return n
	}
	// more waits until role has heard a good deal more of from.
	more := func(ctx SpecContext, cluster *Cluster, role, from string) {
		GinkgoHelper()
		before := heard(ctx, cluster, role, from)
		Eventually(ctx, func() int { return heard(ctx, cluster, role, from) }).Should(BeNumerically(">", before+1000))
	}
	start := func(ctx SpecContext, cluster *Cluster, from, to string) {
		GinkgoHelper()
		_, err := flood.On(ctx, cluster.Node(from), to)
		Expect(err).NotTo(HaveOccurred())
		more(ctx, cluster, to, from)
	}

	It("do not cross a partition once it is made", func(ctx SpecContext, cluster *Cluster) {
		start(ctx, cluster, "a", "b")
		start(ctx, cluster, "a", "c")
		cluster.Partition("a", "b")
		cut := heard(ctx, cluster, "b", "a")
		more(ctx, cluster, "c", "a") // the other link does not notice
		Expect(heard(ctx, cluster, "b", "a")).To(Equal(cut))
		cluster.Heal("a", "b")
		more(ctx, cluster, "b", "a")
	})

	It("of a node that crashed are not delivered", func(ctx SpecContext, cluster *Cluster) {
		start(ctx, cluster, "a", "b")
		start(ctx, cluster, "c", "b")
		cluster.Crash("a")
		last := heard(ctx, cluster, "b", "a")
		more(ctx, cluster, "b", "c")
		Expect(heard(ctx, cluster, "b", "a")).To(Equal(last))
		cluster.Restart("a")
		more(ctx, cluster, "b", "c")
		Expect(heard(ctx, cluster, "b", "a")).To(Equal(last), "the new node has not sent anything")
	})
})

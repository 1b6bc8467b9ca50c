package network_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport/fault"
)

// post reads the datagrams of port 1, and nobody those of port 2.
type post struct {
	read, unread net.PacketConn
	reading      sync.WaitGroup

	mu  sync.Mutex
	got []int // numbers
}

func bootPost(_ context.Context, env *Env) (Instance, error) {
	p := &post{}
	var err, err2 error
	p.read, err = env.Network.ListenPacket("udp", ":1")
	p.unread, err2 = env.Network.ListenPacket("udp", ":2")
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	if err := p.unread.(interface{ SetReadBuffer(bytes int) error }).SetReadBuffer(20_000); err != nil {
		return nil, err
	}
	p.reading.Go(p.note)
	return p, nil
}

func (p *post) note() {
	buf := make([]byte, 1<<16)
	for {
		if _, _, err := p.read.ReadFrom(buf); err != nil {
			return
		}
		p.mu.Lock()
		p.got = append(p.got, int(binary.LittleEndian.Uint64(buf)))
		p.mu.Unlock()
	}
}

// Stop ends the reader.
func (p *post) Stop(context.Context) error {
	err := errors.Join(p.read.Close(), p.unread.Close())
	p.reading.Wait()
	return err
}

// parcel is datagrams, numbered from 1.
type parcel struct {
	To           string
	Count, Bytes int
}

var dispatch = Command(func(_ context.Context, n *Node, p parcel) (struct{}, error) {
	for i := range p.Count {
		data := make([]byte, p.Bytes)
		binary.LittleEndian.PutUint64(data, uint64(i+1))
		if _, err := n.Instance().(*post).read.WriteTo(data, host(p.To)); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
})

var received = Command(func(_ context.Context, n *Node, _ struct{}) ([]int, error) {
	p := n.Instance().(*post)
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got), nil
})

// deliver sends datagrams from a to port 1 of b and returns the numbers of those that have
// come when all others are known to be lost.
func deliver(ctx SpecContext, cluster *Cluster, count, bytes int) (got []int) {
	GinkgoHelper()
	traffic := cluster.Link("a", "b").Traffic()
	Expect(dispatch.On(ctx, cluster.Node("a"), parcel{"b:1", count, bytes})).Error().NotTo(HaveOccurred())
	Eventually(ctx, func(g Gomega) {
		lost := uint64(0)
		dropped, err := traffic.Dropped()
		g.Expect(err).NotTo(HaveOccurred())
		for _, n := range dropped {
			lost += n
		}
		got, err = received.On(ctx, cluster.Node("b"), struct{}{})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(len(got) + int(lost)).To(Equal(count))
	}).Should(Succeed())
	return got
}

var _ = variants.Describe("datagrams", Roles("a", "b"), Label("network", "datagrams"), variants.AlsoIsolated, Boot(bootPost),
	DatagramBuffer(8<<20), MustBite(), func() {
		It("overtake each other when their delays vary", func(ctx SpecContext, cluster *Cluster) {
			cluster.Link("a", "b").Delay(fault.Uniform(10*time.Millisecond, 8*time.Millisecond))
			got := deliver(ctx, cluster, 300, 100)
			Expect(slices.IsSorted(got)).To(BeFalse())
			slices.Sort(got)
			Expect(got).To(HaveLen(300))
			Expect(slices.Compact(got)).To(HaveLen(300))
		})

		It("get lost in bursts", func(ctx SpecContext, cluster *Cluster) {
			const count = 5000 // with some 150 bursts, whose number and length differ by a tenth of that
			cluster.Link("a", "b").LoseInBursts(fault.Bursts(0.3, 10))
			got := deliver(ctx, cluster, count, 100)
			bursts := 0
			for i, number := range got {
				if i == 0 && number > 1 || i > 0 && number > got[i-1]+1 {
					bursts++
				}
			}
			lost := float64(count - len(got))
			Expect(lost / count).To(BeNumerically("~", 0.3, 0.12))
			Expect(lost / float64(bursts)).To(BeNumerically("~", 10, 5))
		})

		It("are dropped above an MTU", func(ctx SpecContext, cluster *Cluster) {
			traffic := cluster.Link("a", "b").Traffic()
			cluster.Link("a", "b").MTU(1500)
			Expect(deliver(ctx, cluster, 10, 1473)).To(BeEmpty())
			Expect(deliver(ctx, cluster, 10, 1472)).To(HaveLen(10))
			Expect(traffic.Dropped()).To(Equal(map[string]uint64{"mtu": 10}))
		})

		It("are lost as their fragments are", func(ctx SpecContext, cluster *Cluster) {
			cluster.Link("a", "b").Lose(0.2)
			cluster.Link("a", "b").MTU(1500, Fragmented())
			got := deliver(ctx, cluster, 1000, 5*1480-8)
			Expect(len(got)).To(BeNumerically("~", 328, 80), "a thousand of five fragments each, of 1-0.2 to the fifth")
		})

		It("are counted when nobody reads them, or is there to", func(ctx SpecContext, cluster *Cluster) {
			traffic := cluster.Link("a", "b").Traffic()
			for _, to := range []string{"b:2", "b:3"} {
				Expect(dispatch.On(ctx, cluster.Node("a"), parcel{to, 100, 872})).Error().NotTo(HaveOccurred())
			}
			Eventually(ctx, traffic.Dropped).Should(Equal(map[string]uint64{
				"reader behind at :2, buffer 20000 B": 80, "no reader at :3": 100,
			}))
			Expect(traffic).To(HaveFrames(200))
			Expect(cluster.Link("b", "a").Traffic().Dropped()).To(BeEmpty())
		})
	})

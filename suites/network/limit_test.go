package network_test

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport/fault"
)

// drain reads what comes at port 9 of a role, and answers with a byte at the end; a datagram
// there is answered with its first byte.
type drain struct {
	listener net.Listener
	packets  net.PacketConn
}

func bootDrain(_ context.Context, env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":9")
	if err != nil {
		return nil, err
	}
	packets, err := env.Network.ListenPacket("udp", ":9")
	if err != nil {
		return nil, err
	}
	d := &drain{listener, packets}
	go d.serveStreams()
	go d.servePackets()
	return d, nil
}

func (d *drain) serveStreams() {
	for {
		c, err := d.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			_, _ = io.Copy(io.Discard, c)
			_, _ = c.Write([]byte{1})
		}()
	}
}

func (d *drain) servePackets() {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := d.packets.ReadFrom(buf)
		if err != nil {
			return
		}
		_, _ = d.packets.WriteTo(buf[:min(n, 1)], from) // packets may get lost
	}
}

func (d *drain) Stop(context.Context) error {
	return errors.Join(d.listener.Close(), d.packets.Close())
}

// load is how many bytes go over how many connections.
type load struct{ Conns, Bytes int }

// stream sends a load to b and returns how long it takes until all has arrived.
var stream = Command(func(ctx context.Context, n *Node, l load) (time.Duration, error) {
	began := time.Now()
	var all errgroup.Group
	for range l.Conns {
		all.Go(func() error {
			c, err := n.Env().Network.DialContext(ctx, "tcp", "b:9")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err = c.Write(make([]byte, l.Bytes/l.Conns)); err == nil {
				err = c.(interface{ CloseWrite() error }).CloseWrite()
			}
			if err == nil {
				_, err = io.ReadFull(c, make([]byte, 1))
			}
			return err
		})
	}
	err := all.Wait()
	return time.Since(began), err
})

// flood begins to send to b.
var flood = Command(func(ctx context.Context, n *Node, bytes int) (struct{}, error) {
	c, err := n.Env().Network.DialContext(ctx, "tcp", "b:9")
	if err == nil {
		go func() { _, _ = c.Write(make([]byte, bytes)) }()
	}
	return struct{}{}, err
})

var timeDial = Command(func(ctx context.Context, n *Node, address string) (time.Duration, error) {
	began := time.Now()
	c, err := n.Env().Network.DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, err
	}
	return time.Since(began), c.Close()
})

// shoot sends datagrams of a kilobyte to b at once, and returns when each answer came.
var shoot = Command(func(_ context.Context, n *Node, count int) (after []time.Duration, err error) {
	p, err := n.Env().Network.ListenPacket("udp", ":0")
	if err != nil {
		return nil, err
	}
	defer p.Close()
	began := time.Now()
	for range count {
		if _, err := p.WriteTo(make([]byte, 1000), host("b:9")); err != nil {
			return nil, err
		}
	}
	if err := p.SetReadDeadline(began.Add(2 * time.Second)); err != nil {
		return nil, err
	}
	for len(after) < count {
		if _, _, err := p.ReadFrom(make([]byte, 1)); err != nil {
			return after, nil
		}
		after = append(after, time.Since(began))
	}
	return after, nil
})

var _ = variants.Describe("a limited link", Roles("a", "b"), Label("faults"), Boot(bootDrain), MustBite(), variants.WaitsForTime, func() {
	DescribeTable("carries what it should", func(ctx SpecContext, rate, conns int) {
		ClusterFrom(ctx).Pair("a", "b").Limit(rate)
		took, err := stream.On(ctx, ClusterFrom(ctx).Node("a"), load{conns, 2 * rate})
		Expect(err).NotTo(HaveOccurred())
		Expect(2/took.Seconds()).To(BeNumerically("~", 0.96, 0.06), "of the rate")
	},
		Entry("on one connection", 1_000_000, 1),
		Entry("on four", 1_000_000, 4),
	)

	It("makes datagrams wait, and drops what is too much", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Limit(100_000, fault.Queue(495*time.Millisecond))
		after, err := shoot.On(ctx, cluster.Node("a"), 100)
		Expect(err).NotTo(HaveOccurred())
		Expect(len(after)).To(BeNumerically("~", 50, 1))
		Expect(after[0]).To(BeNumerically(">=", 10*time.Millisecond))
		Expect(after[len(after)-1]).To(BeNumerically(">=", 490*time.Millisecond))
	})

	It("is free at once when that is undone", func(ctx SpecContext, cluster *Cluster) {
		delay := cluster.Pair("a", "b").Delay(fault.Constant(5 * time.Millisecond))
		limit := cluster.Pair("a", "b").Limit(64_000)
		other := cluster.Pair("a", "b").Limit(32_000, fault.Queue(5*time.Second))
		Expect(flood.On(ctx, cluster.Node("a"), 1<<20)).To(Equal(struct{}{}))
		Eventually(ctx, func() uint64 { return limit.Bites() }).Should(BeNumerically(">", 50))
		other.Undo()
		limit.Undo()
		Expect(timeDial.On(ctx, cluster.Node("a"), "b:9")).To(And(
			BeNumerically(">=", 10*time.Millisecond), BeNumerically("<", 100*time.Millisecond)))
		delay.Undo()
	})
})

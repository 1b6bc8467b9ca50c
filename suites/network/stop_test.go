package network_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport/fault"
)

// shop closes as servers do that let their customers go first.
type shop struct {
	listener net.Listener
	gone     chan error // how reading from the customer has ended
}

func openShop(env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":7")
	if err != nil {
		return nil, err
	}
	s := &shop{listener, make(chan error, 1)}
	go func() {
		customer, err := listener.Accept()
		if err == nil {
			_, err = io.Copy(io.Discard, customer)
		}
		s.gone <- err
	}()
	return s, nil
}

// Stop waits for the customer's goodbye.
func (s *shop) Stop(ctx context.Context) error {
	select {
	case err := <-s.gone:
		return errors.Join(err, s.listener.Close())
	case <-ctx.Done():
		return fmt.Errorf("the customer is still there: %w", context.Cause(ctx))
	}
}

// customer says goodbye when it stops, and waits for nothing.
type customer struct {
	network *Network
	conn    net.Conn
}

func (c *customer) Stop(context.Context) error { return c.conn.Close() }

var arrive = Command(func(ctx context.Context, node *Node, _ struct{}) (_ struct{}, err error) {
	c := node.Instance().(*customer)
	c.conn, err = c.network.DialContext(ctx, "tcp", "shop:7")
	return struct{}{}, err
})

var _ = variants.Describe("nodes that stop when their spec is over", Roles("shop", "customer"), Label("network"), variants.AlsoIsolated,
	Boot(func(_ context.Context, env *Env) (Instance, error) {
		if env.Role == "shop" {
			return openShop(env)
		}
		return &customer{network: env.Network}, nil
	}), func() {
		It("hear each other to the end", func(ctx SpecContext, cluster *Cluster) {
			Expect(arrive.On(ctx, cluster.Node("customer"), struct{}{})).Error().NotTo(HaveOccurred())
			cluster.Pair("shop", "customer").Delay(fault.Constant(50 * time.Millisecond)) // the goodbye is under way when the customer has stopped
		})
	})

package faults_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport"
)

// node sends numbered frames and notes those that it gets.
type node struct {
	endpoint transport.Endpoint

	mu  sync.Mutex
	got []arrival
}

// arrival is a frame that has arrived.
type arrival struct {
	From   string
	Number int // 0 is a mark: all that was sent before it has come, or will not
	After  time.Duration
	Intact bool
}

const header = 16 // number and time of sending

// filling is what follows the header.
func filling(n int) []byte { return bytes.Repeat([]byte{0x5a}, n) }

func boot(_ context.Context, env *Env) (Instance, error) {
	n := &node{}
	var err error
	n.endpoint, err = env.Network.Open(env.Address, func(from transport.Address, payload []byte) {
		sent := time.Unix(0, int64(binary.LittleEndian.Uint64(payload[8:])))
		a := arrival{string(from), int(binary.LittleEndian.Uint64(payload)), time.Since(sent), bytes.Equal(payload[header:], filling(len(payload)-header))}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.got = append(n.got, a)
	})
	return n, err
}

func of(n *Node) *node { return n.Instance().(*node) }

// volley is frames that are sent one after another, numbered from First.
type volley struct {
	To          string
	First, Last int
	Size        int // beside the header
}

var send = Command(func(_ context.Context, n *Node, v volley) (struct{}, error) {
	for number := v.First; number <= v.Last; number++ {
		payload := binary.LittleEndian.AppendUint64(nil, uint64(number))
		payload = binary.LittleEndian.AppendUint64(payload, uint64(time.Now().UnixNano()))
		if err := of(n).endpoint.Send(transport.Address(v.To), append(payload, filling(v.Size)...)); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
})

// arrivals returns what has come from a role.
var arrivals = Command(func(_ context.Context, n *Node, from string) ([]arrival, error) {
	of(n).mu.Lock()
	defer of(n).mu.Unlock()
	return slices.DeleteFunc(slices.Clone(of(n).got), func(a arrival) bool { return a.From != from }), nil
})

func fire(ctx SpecContext, c *Cluster, from string, v volley) {
	GinkgoHelper()
	_, err := send.On(ctx, c.Node(from), v)
	Expect(err).NotTo(HaveOccurred())
}

// collect sends a mark behind all that was sent, and returns what has come before it.
// Nothing may hold the mark back for good.
func collect(ctx SpecContext, c *Cluster, from, to string) []arrival {
	GinkgoHelper()
	fire(ctx, c, from, volley{To: to})
	var all []arrival
	Eventually(ctx, func(g Gomega) {
		var err error
		all, err = arrivals.On(ctx, c.Node(to), from)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(numbers(all)).To(ContainElement(0))
	}).Should(Succeed())
	return slices.DeleteFunc(all, func(a arrival) bool { return a.Number == 0 })
}

func numbers(all []arrival) []int {
	out := make([]int, len(all))
	for i, a := range all {
		out[i] = a.Number
	}
	return out
}

func span(first, last int) []int {
	var out []int
	for n := first; n <= last; n++ {
		out = append(out, n)
	}
	return out
}

package singleton_test

import (
	"context"
	"sync"
	"time"

	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/singleton"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// clerk is the singleton: it answers each job with a receipt.
const clerk = "clerk"

type job struct {
	Number    int
	ReceiptTo actor.Ref[receipt]
}

// receipt says who has done a job.
type receipt struct {
	Number int
	By     string
}

// shift is a time in which a node has had an instance, in nanoseconds of the machine's
// clock, which all processes share.
type shift struct {
	Role     string
	From, To int64 // To is 0 while it goes on
}

// desk is what a node has to do with the clerk.
type desk struct {
	clerk    actor.Ref[job]
	receipts actor.Ref[receipt]

	mu     sync.Mutex
	got    []receipt
	shifts []shift
}

func deskOf(node *Node) *desk {
	return actor.Extension(node.System(), func() *desk { return &desk{} })
}

// open has the node take part in running the clerk.
func open(node *Node, options ...singleton.Option) {
	d, role := deskOf(node), node.Role()
	actor.Subscribe(node.System(), func(singleton.Started) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.shifts = append(d.shifts, shift{Role: role, From: time.Now().UnixNano()})
	})
	actor.Subscribe(node.System(), func(singleton.Stopped) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.shifts[len(d.shifts)-1].To = time.Now().UnixNano()
	})
	var err error
	d.receipts, err = actor.SpawnFunc(node.System(), "receipts", func(_ *actor.Context[receipt], r receipt) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.got = append(d.got, r)
		return nil
	})
	Expect(err).NotTo(HaveOccurred())
	s, err := singleton.Start(node.Membership(), clerk, func() actor.Actor[job] {
		return actor.Func[job](func(_ *actor.Context[job], j job) error {
			j.ReceiptTo.Tell(receipt{j.Number, role})
			return nil
		})
	}, options...)
	Expect(err).NotTo(HaveOccurred())
	d.clerk = s.Ref()
}

var (
	// send gives the clerk a job, through the node.
	send = Command(func(_ context.Context, node *Node, number int) (bool, error) {
		d := deskOf(node)
		return true, d.clerk.Send(job{number, d.receipts})
	})
	// receipts returns those that have come to the node, in order.
	receipts = Command(func(_ context.Context, node *Node, _ struct{}) ([]receipt, error) {
		d := deskOf(node)
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.got, nil
	})
	// shifts returns when the node has had an instance.
	shifts = Command(func(_ context.Context, node *Node, _ struct{}) ([]shift, error) {
		d := deskOf(node)
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.shifts, nil
	})
	// ask returns who does a job, asked through the node.
	ask = Command(func(ctx context.Context, node *Node, number int) (string, error) {
		r, err := actor.Ask(ctx, deskOf(node).clerk, func(to actor.Ref[receipt]) job { return job{number, to} })
		return r.By, err
	})
)

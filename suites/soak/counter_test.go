package soak_test

import (
	"context"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster/ddata"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// hits is what all nodes count together.
var hits = ddata.NewKey[crdt.GCounter]("hits")

// hit has a node count one more, and reports whether a majority has acknowledged it.
var hit = Command(func(ctx context.Context, node *Node, _ struct{}) (bool, error) {
	r, err := ddata.Of(node.System())
	if err != nil {
		return false, nil // the node starts
	}
	ctx, cancel := context.WithTimeout(ctx, hurry)
	defer cancel()
	err = ddata.Update(ctx, r, hits, ddata.Majority, func(c crdt.GCounter) crdt.GCounter { return c.Increment(r.Self(), 1) })
	return err == nil, nil
})

// sum returns what all nodes have together counted; all have all of it then.
var sum = Command(func(ctx context.Context, node *Node, _ struct{}) (int, error) {
	r, err := ddata.Of(node.System())
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := ddata.Get(ctx, r, hits, ddata.All)
	return int(c.Value()), err
})

// tally knows what the sum must be: all that was acknowledged is in it, and nothing but
// what was tried.
type tally struct {
	mu                  sync.Mutex
	tried, acknowledged int
	losses              int // of more nodes at once than an acknowledged update survives
}

// count has a node count one more.
func (t *tally) count(ctx context.Context, node *Handle) {
	t.mu.Lock()
	t.tried++
	losses := t.losses
	t.mu.Unlock()
	acknowledged, _ := hit.On(ctx, node, struct{}{}) // it may have crashed since
	t.mu.Lock()
	defer t.mu.Unlock()
	if acknowledged && losses == t.losses {
		t.acknowledged++
	}
}

// lose says that so many nodes were lost that what was acknowledged may be lost as well.
func (t *tally) lose() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.losses++
	t.acknowledged = 0
}

// check compares what each node says with what must be.
func (t *tally) check(ctx context.Context, cluster *Cluster) {
	GinkgoHelper()
	first, err := sum.On(ctx, cluster.Node(cluster.Roles()[0]), struct{}{})
	Expect(err).NotTo(HaveOccurred())
	t.mu.Lock()
	defer t.mu.Unlock()
	Expect(first).To(BeNumerically(">=", t.acknowledged), "hits that a majority has acknowledged")
	Expect(first).To(BeNumerically("<=", t.tried), "hits that were tried")
	for _, role := range cluster.Roles() {
		Expect(sum.On(ctx, cluster.Node(role), struct{}{})).To(Equal(first), "hits at %s", role)
	}
}

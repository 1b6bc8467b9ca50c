package membership_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// crashes is how often the spec crashes a node, and within how long the survivors must
// drop it. MN_CRASHES, for soak runs on a machine with nothing else to do, sets how
// often, and then they have a second. Otherwise it is a few times, and they have as long
// as any Eventually: a busy machine may be slow, and is not wrong for that.
func crashes() (n int, within time.Duration) {
	if n, err := strconv.Atoi(os.Getenv("MN_CRASHES")); err == nil {
		return n, time.Second
	}
	return 3, 10 * time.Second
}

// life is one incarnation at one address.
type life struct {
	address     string
	incarnation uint64
}

// watcher looks at every view of a node for members that come back from the dead.
type watcher struct {
	mu     sync.Mutex
	here   map[life]bool
	gone   map[life]bool
	ghosts []string
}

func (w *watcher) look(event cluster.ViewChanged) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := map[life]bool{}
	for _, m := range event.View.Members {
		l := life{string(m.Address), m.Incarnation}
		now[l] = true
		if w.gone[l] {
			w.ghosts = append(w.ghosts, fmt.Sprintf("%s#%d is back as %s", l.address, l.incarnation, m.Status))
		}
	}
	for l := range w.here {
		if !now[l] {
			w.gone[l] = true
		}
	}
	w.here = now
}

// watchers are those of the nodes in this process, by role.
var watchers sync.Map

var ghosts = Command(func(_ context.Context, node *Node, _ struct{}) ([]string, error) {
	w, _ := watchers.Load(node.Role())
	seen := w.(*watcher)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	return append([]string{}, seen.ghosts...), nil
})

// measured is a detector with a heartbeat of 50 ms that calls a node unreachable after
// 200 ms and down after 400.
var measured = Options(
	Detector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond)),
	Downing(cluster.AutoDown(200*time.Millisecond)),
)

var _ = variants.Describe("crash after crash", Roles("a", "b", "c"), Label("crash", "soak"), measured, variants.WaitsForTime, func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		w := &watcher{gone: map[life]bool{}}
		watchers.Store(node.Role(), w)
		actor.Subscribe(node.System(), w.look)
	})

	It("is dropped by every survivor, for good", func(ctx SpecContext, cluster *Cluster) {
		n, within := crashes()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for i := range n {
			victim := cluster.Roles()[i%3]
			cluster.Crash(victim)
			Eventually(ctx, cluster).WithTimeout(within).Should(HaveMembers(cluster.Running()), "crash %d, of %s", i, victim)
			cluster.Start(victim)
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"), "restart %d, of %s", i, victim)
			for _, role := range cluster.Roles() {
				Expect(ghosts.On(ctx, cluster.Node(role), struct{}{})).To(BeEmpty(), "views of %s after crash %d", role, i)
			}
		}
	})
})

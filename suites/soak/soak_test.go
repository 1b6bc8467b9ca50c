package soak_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// soak is how long the spec goes on, and how long a node may take to learn that it was
// given up, and its entities to stop then. MN_SOAK, for a machine with nothing else to do,
// sets how long, and then they have a second. Otherwise it is short, and they have as long
// as any Eventually.
func soak() (duration, bound time.Duration, long bool) {
	if d, err := time.ParseDuration(os.Getenv("MN_SOAK")); err == nil {
		return d, time.Second, true
	}
	return 500 * time.Millisecond, 10 * time.Second, false
}

// patience is how long the final asks wait; as long as an Eventually.
const patience = 10 * time.Second

// alert finds out within 150 ms, and leaves the larger side of a cut as soon after as it
// may. A node that starts while others have crashed has time to find the rest.
var alert = Options(
	Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
	Downing(downing.KeepMajority(175*time.Millisecond)),
	SeedRoles("a", "b", "c", "d", "e"),
	ClusterOptions(cluster.WithFormAfter(3*time.Second)),
	LogLevel(slog.LevelWarn),
)

var _ = variants.Describe("entities, while nodes come and go", Roles("a", "b", "c", "d", "e"), Label("soak", "sharding", "crash", "leave", "partition"), alert, func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("live once, and answer once", func(ctx SpecContext, cluster *Cluster) {
		n := &nemesis{Cluster: cluster, ctx: ctx, rng: rand.New(rand.NewPCG(cluster.Seed(), 0))}
		endure(ctx, n, new(clients), func() { n.round(func() {}) })
	})
})

// endure has clients ask while round after round of trouble comes over the cluster, and
// checks the history when all is well again.
func endure(ctx SpecContext, n *nemesis, c *clients, round func()) {
	GinkgoHelper()
	cluster := n.Cluster
	duration, bound, long := soak()
	Eventually(ctx, cluster).Should(HaveMembers(cluster.Roles()))
	c.begin(ctx, cluster)
	DeferCleanup(c.end) // should the nemesis fail

	for began := time.Now(); time.Since(began) < duration; {
		round()
	}
	if down := n.down(); len(down) > 0 {
		n.Start(down...)
	}
	n.settle()
	c.end()
	everyEntityAnswers(ctx, cluster, c)

	events := append(n.events, collect(ctx, cluster)...)
	summary := fmt.Sprintf("seed %d, of --seed=%d: %d rounds, %d messages, %d answered at once, %d events\n%s",
		cluster.Seed(), GinkgoRandomSeed(), n.rounds, c.asked.Load(), c.answered.Load(), len(events), strings.Join(n.story, "\n"))
	visible := ReportEntryVisibilityFailureOrVerbose
	if long {
		visible = ReportEntryVisibilityAlways
	}
	AddReportEntry("soak", summary, visible)
	Expect(c.answered.Load()).To(BeNumerically(">", 0))
	if wrong := history.Report(history.Check(events, bound), begin(ctx).UnixNano()); wrong != "" {
		Fail(fmt.Sprintf("the history of seed %d, of --seed=%d, is wrong; all of it is in %s:\n%s",
			cluster.Seed(), GinkgoRandomSeed(), keep(events, begin(ctx).UnixNano()), wrong))
	}
}

// keep writes a whole history to a temporary file, for people, and returns where that is.
func keep(events []history.Event, begin int64) string {
	GinkgoHelper()
	file, err := os.CreateTemp("", "soak-*.history")
	Expect(err).NotTo(HaveOccurred())
	_, err = file.WriteString(history.Text(events, begin))
	Expect(errors.Join(err, file.Close())).To(Succeed())
	return file.Name()
}

// everyEntityAnswers asks all entities from each node, which finds all shards at home.
func everyEntityAnswers(ctx context.Context, cluster *Cluster, c *clients) {
	GinkgoHelper()
	Expect(cluster.Running()).To(Equal(cluster.Roles()))
	for _, role := range cluster.Roles() {
		calls := make([]call, entities)
		for i := range calls {
			calls[i] = call{ID: entityOf(i), Number: int(c.asked.Add(1)), Patience: patience}
		}
		Expect(ask.On(ctx, cluster.Node(role), calls)).To(Equal(entities), "answers to %s", role)
	}
	Eventually(ctx, cluster).Should(HaveShards(things, shards))
}

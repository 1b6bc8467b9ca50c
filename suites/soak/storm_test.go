package soak_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata"
	"github.com/7aca83c2/multinode/cluster/downing"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// steady gives a node of seven processes on a small machine time to answer.
var steady = Options(
	Detector(cluster.Deadline(50*time.Millisecond, 400*time.Millisecond)),
	Downing(downing.KeepMajority(400*time.Millisecond)),
	SeedRoles("a", "b", "c", "d", "e", "f", "g"),
	ClusterOptions(cluster.WithFormAfter(5*time.Second)),
	LogLevel(slog.LevelWarn),
)

var _ = Describe("all that a cluster promises, in bad weather",
	MultiNode(Roles("a", "b", "c", "d", "e", "f", "g"), steady, Parallel(Isolated())),
	Label("soak", "sharding", "ddata", "crash", "leave", "partition", "pause", variants.Isolated), func() {
		BeforeEachNode(func(_ context.Context, node *Node) {
			_, err := ddata.Start(node.Membership())
			Expect(err).NotTo(HaveOccurred())
			open(node)
			openOffice(node)
		})

		It("holds for processes that are killed and paused", func(ctx SpecContext, cluster *Cluster) {
			n := &nemesis{Cluster: cluster, ctx: ctx, rng: rand.New(rand.NewPCG(cluster.Seed(), 0)), hits: &tally{}}
			endure(ctx, n, &clients{hits: n.hits}, n.storm)
			n.hits.check(ctx, cluster)
		})
	})

// frozen is how long a node is paused at most: long enough to be downed.
const frozen = 1500 * time.Millisecond

// storm is a round in which frames are damaged, lost, repeated and late, and a process may be
// paused.
func (n *nemesis) storm() {
	GinkgoHelper()
	clear := n.weather()
	if n.rng.IntN(3) == 0 {
		n.rounds++
		n.freeze()
		clear()
		n.settle()
	} else {
		n.round(clear)
	}
}

// weather puts faults on some links until it is told to clear up.
func (n *nemesis) weather() (clear func()) {
	var faults []*Fault
	var names []string
	for range 1 + n.rng.IntN(5) {
		ends := n.rng.Perm(len(n.Roles()))
		from, to := n.Roles()[ends[0]], n.Roles()[ends[1]]
		link, what := n.Link(from, to), ""
		switch n.rng.IntN(4) {
		case 0:
			what, faults = "damages", append(faults, link.Corrupt(.05))
		case 1:
			what, faults = "repeats", append(faults, link.Duplicate(.2))
		case 2:
			what, faults = "reorders", append(faults, link.Reorder(.2, 20*time.Millisecond))
		case 3:
			what, faults = "loses", append(faults, link.Lose(.05))
		}
		names = append(names, from+">"+to+" "+what)
	}
	n.tell("%s", strings.Join(names, ", "))
	return func() {
		for _, f := range faults {
			f.Undo()
		}
	}
}

// freeze has a process stand still for a while, which the others may take for its end.
func (n *nemesis) freeze() {
	GinkgoHelper()
	up := n.victims()
	n.tell("%s is paused", up[0])
	n.note(history.Paused, up[0])
	n.frozen = up[:1]
	n.Pause(up[0])
	n.unsettle(up[1:])
	n.pause(frozen)
	n.frozen = nil
	n.Resume(up[0])
	n.note(history.Resumed, up[0])
	n.tell("%s goes on", up[0])
}

// note records what happens to a node.
func (n *nemesis) note(kind history.Kind, role string) {
	n.events = append(n.events, history.Event{
		At: time.Now().UnixNano(), Kind: kind, Node: nameOf(role, n.Node(role).Incarnation()),
	})
}

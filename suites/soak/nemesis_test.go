package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
)

// nemesis brings trouble over a cluster, and clears it up. But for at most two, its nodes
// are well and hear each other at any time.
type nemesis struct {
	*Cluster
	ctx    SpecContext
	rng    *rand.Rand
	events []history.Event // the crashes
	story  []string
	rounds int
	hits   *tally   // or nil
	frozen []string // the roles that are paused
}

// spare is how many nodes may be in trouble at a time.
const spare = 2

// How long things take at most: a cut that nobody is given up for, what lies between two
// troubles of one round, so that some meet and some follow when a node was given up, and
// the quiet after.
const (
	blip    = 100 * time.Millisecond
	stagger = 30 * time.Millisecond
	delay   = 450 * time.Millisecond
	rest    = 150 * time.Millisecond
)

// round has something happen, and maybe something else meanwhile. Then it waits until the
// cluster has come to terms with it, once clear has mended what the round does not know of.
func (n *nemesis) round(clear func()) {
	GinkgoHelper()
	n.rounds++
	up := n.victims()
	budget := spare - len(n.down())
	switch choice := n.rng.IntN(12); {
	case choice < 3 && budget >= 1:
		n.crash(up[0])
		n.unsettle(up[1:])
	case choice < 6 && budget >= 1:
		n.leave(up[0], func() { n.unsettle(up[1:]) })
	case choice < 7 && budget >= 2:
		n.leave(up[0], func() { n.pause(stagger); n.crash(up[1]) })
	case choice < 8:
		n.restart(up[0])
		n.unsettle(up[1:])
	case choice < 9:
		n.cut(up[0], up[1])
	case choice < 11 && budget >= 1:
		n.tell("%s is cut off", up[0])
		n.Isolate(up[0])
		n.awaitEnd(up[0])
	case choice < 12 && budget >= 2:
		n.tell("%s and %s are cut off", up[0], up[1])
		n.Split(up[:2], up[2:])
		n.awaitEnd(up[:2]...)
	}
	n.pause(rest)
	n.mayStart()
	clear()
	n.settle()
}

// victims returns the roles that run, at random, but for the coordinator's: that comes
// first half of the time.
func (n *nemesis) victims() []string {
	GinkgoHelper()
	up := n.Running()
	n.rng.Shuffle(len(up), func(i, j int) { up[i], up[j] = up[j], up[i] })
	view, err := n.Node(up[0]).View()
	Expect(err).NotTo(HaveOccurred())
	for _, s := range view.Singletons {
		if i := slices.Index(up, s.Role); i > 0 && n.rng.IntN(2) == 0 {
			up[0], up[i] = up[i], up[0]
		}
	}
	return up
}

// unsettle may have a node come back, and two others miss each other, while the cluster
// is busy with what happened before. They have to be two that run.
func (n *nemesis) unsettle(others []string) {
	GinkgoHelper()
	if n.rng.IntN(2) == 0 {
		return
	}
	n.pause(delay)
	n.mayStart()
	n.cut(others[0], others[1])
}

// mayStart has a node come back half of the time, if one is down.
func (n *nemesis) mayStart() {
	GinkgoHelper()
	if down := n.down(); len(down) > 0 && n.rng.IntN(2) == 0 {
		role := down[n.rng.IntN(len(down))]
		n.tell("%s starts", role)
		n.Start(role)
	}
}

// cut has two nodes miss each other, for a time that is no reason to give one up.
func (n *nemesis) cut(one, other string) {
	GinkgoHelper()
	n.tell("cut between %s and %s", one, other)
	n.Partition(one, other)
	n.pause(blip)
	n.Heal(one, other)
}

// down returns the roles that have no node.
func (n *nemesis) down() []string {
	there := append(n.Running(), n.frozen...)
	return slices.DeleteFunc(slices.Clone(n.Roles()), func(role string) bool { return slices.Contains(there, role) })
}

func (n *nemesis) tell(what string, values ...any) {
	n.story = append(n.story, fmt.Sprintf("%11s  ", time.Since(begin(n.ctx)).Round(time.Millisecond))+fmt.Sprintf(what, values...))
}

func (n *nemesis) pause(most time.Duration) {
	select {
	case <-time.After(time.Duration(n.rng.Int64N(int64(most)))):
	case <-n.ctx.Done():
	}
}

func (n *nemesis) crash(roles ...string) {
	GinkgoHelper()
	n.tell("%s crashes", strings.Join(roles, ", "))
	n.lose(roles...)
	n.Crash(roles...)
}

// lose records that nodes are about to crash.
func (n *nemesis) lose(roles ...string) {
	for _, role := range roles {
		if n.Node(role).Running() {
			n.note(history.Crashed, role)
		}
	}
}

func (n *nemesis) restart(roles ...string) {
	GinkgoHelper()
	n.tell("%s starts anew", strings.Join(roles, ", "))
	n.lose(roles...)
	n.Restart(roles...)
}

// leaving has a node leave. The verb Leave would fail the spec if the node was downed
// meanwhile, as happens on a machine that lets it wait for too long.
var leaving = Command(func(ctx context.Context, node *Node, _ struct{}) (string, error) {
	node.Log().Info("the spec has it leave")
	if err := node.Membership().Leave(ctx); err != nil {
		return err.Error(), nil
	}
	return "", nil
})

// leavePatience is more than what a hand-off waits for those who do not answer.
const leavePatience = 30 * time.Second

func (n *nemesis) leave(role string, meanwhile func()) {
	GinkgoHelper()
	n.tell("%s leaves", role)
	type outcome struct {
		why string
		err error
	}
	left := make(chan outcome, 1)
	go func() {
		why, err := leaving.On(n.ctx, n.Node(role), struct{}{})
		left <- outcome{why, err}
	}()
	meanwhile()
	var o outcome
	Eventually(n.ctx, left).WithTimeout(leavePatience).Should(Receive(&o), "%s leaves", role)
	Expect(o.err).NotTo(HaveOccurred())
	if o.why != "" {
		n.tell("%s did not leave: %s", role, o.why)
	}
	n.lose(role)
	n.Crash(role) // what is left of it
}

// awaitEnd waits until nodes that were cut off have learned that they are downed, and
// host nothing any more.
func (n *nemesis) awaitEnd(roles ...string) {
	GinkgoHelper()
	for _, role := range roles {
		Eventually(n.ctx, n.Node(role)).Should(HaveEnded())
		Eventually(n.ctx, n.Node(role).View).Should(HaveField("Shards", BeEmpty()), "%s still hosts something", role)
	}
}

// settle mends all links, waits until each node that runs either sees the same as the
// others or has ended, and starts those anew.
func (n *nemesis) settle() {
	GinkgoHelper()
	n.HealAll()
	var ended []string
	Eventually(n.ctx, func(g Gomega) {
		views, err := n.Observe()
		g.Expect(err).NotTo(HaveOccurred())
		var well []string
		ended = nil
		for _, view := range views {
			if view.Ended != "" {
				ended = append(ended, view.Role)
			} else {
				well = append(well, view.Role)
			}
		}
		if len(well) > 0 {
			g.Expect(n.Cluster).To(HaveMembers(well))
		}
	}).Should(Succeed())
	n.tallyLosses(len(ended))
	switch {
	case len(ended) == len(n.Running()): // two sides gave each other up: see package downing
		n.tell("no node is left")
		n.restart(n.Roles()...)
	case len(ended) > 0:
		n.restart(ended...)
	default:
		return
	}
	n.settle()
}

// tallyLosses counts what the nodes that have ended, and those that are down, took with
// them. When all that run are well, each gets what the others have.
func (n *nemesis) tallyLosses(ended int) {
	GinkgoHelper()
	switch {
	case n.hits == nil:
	case 2*(ended+len(n.down())) >= len(n.Roles()):
		n.tell("most nodes are lost")
		n.hits.lose()
	case ended == 0:
		Eventually(n.ctx, sum.On).WithArguments(n.Node(n.Running()[0]), struct{}{}).Should(BeNumerically(">=", 0))
	}
}

// begin returns when the spec began.
func begin(ctx SpecContext) time.Time { return ctx.SpecReport().StartTime }

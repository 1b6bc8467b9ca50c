package downing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// lab is a cluster in one process, for a synctest bubble.
type lab struct {
	testing.TB
	sw     *transport.Switch
	net    transport.Network
	policy cluster.Downing
	rand   *rand.Rand
	nodes  map[string]*cluster.Membership
	lives  uint64
}

// The lab's detector needs up to 200 ms, and its policies as long again.
const (
	beat     = 50 * time.Millisecond
	patience = 200 * time.Millisecond
	soon     = 250 * time.Millisecond
)

func newLab(t testing.TB, seed uint64, policy cluster.Downing) *lab {
	sw := transport.NewSwitch()
	l := &lab{
		TB: t, sw: sw, net: chanpair.New(sw), policy: policy,
		rand: rand.New(rand.NewPCG(seed, 1)), nodes: map[string]*cluster.Membership{},
	}
	t.Cleanup(func() {
		for _, m := range l.nodes {
			m.System().Kill()
		}
	})
	return l
}

// start boots a node for each letter and waits until all are up.
func (l *lab) start(roles string) {
	l.Helper()
	l.boot(roles)
	l.await(roles, roles)
}

func (l *lab) boot(roles string) {
	l.Helper()
	for _, role := range strings.Split(roles, "") {
		l.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(l.net, transport.Address(role)), actor.WithIncarnation(l.lives))
		if err != nil {
			l.Fatal(err)
		}
		l.nodes[role], err = cluster.Start(sys, cluster.WithSeeds("a", "b"), cluster.WithRand(rand.NewPCG(l.rand.Uint64(), 1)),
			cluster.WithDetector(cluster.Deadline(beat, patience)), cluster.WithDowning(l.policy))
		if err != nil {
			l.Fatal(err)
		}
	}
}

// await waits until each of the nodes sees just these members, all well.
func (l *lab) await(members string, on string) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	want := fmt.Sprint(strings.Split(sortLetters(members), ""))
	for _, role := range strings.Split(on, "") {
		if err := l.nodes[role].Watch(ctx, func(v cluster.View) bool {
			return v.Converged && len(v.Members) == len(members) && fmt.Sprint(v.Up()) == want
		}); err != nil {
			l.Fatal(err)
		}
	}
}

func sortLetters(s string) string {
	letters := strings.Split(s, "")
	slices.Sort(letters)
	return strings.Join(letters, "")
}

func (l *lab) split(here, there string) {
	l.Helper()
	if err := l.sw.Cut(context.Background(), linksOf(here, there)...); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) heal(here, there string) { l.sw.Mend(linksOf(here, there)...) }

func linksOf(here, there string) (links []transport.Link) {
	for _, a := range here {
		for _, b := range there {
			x, y := transport.Address(string(a)), transport.Address(string(b))
			links = append(links, transport.Link{From: x, To: y}, transport.Link{From: y, To: x})
		}
	}
	return links
}

// crash ends nodes without a word.
func (l *lab) crash(roles string) {
	for _, role := range strings.Split(roles, "") {
		l.nodes[role].System().Kill()
		<-l.nodes[role].Done()
	}
}

// living returns the nodes that have not ended.
func (l *lab) living() string {
	var out []string
	for role, m := range l.nodes {
		select {
		case <-m.Done():
		default:
			out = append(out, role)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

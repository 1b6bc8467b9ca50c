package sharding_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// note is what the entities of these tests take.
type note struct {
	From    string
	N       int
	ReplyTo actor.Ref[string]
	Stop    bool // passivate
	Fail    bool // see failing
}

// lab is a cluster in one process, with a history of what its entities have handled.
type lab struct {
	testing.TB
	sw    *transport.Switch
	net   transport.Network
	log   *slog.Logger
	nodes map[transport.Address]*labNode
	lives uint64
	roles []string // of the next node that is booted
	wrap  func(*keeper) actor.Actor[note]

	mu      sync.Mutex
	handled map[string][]string        // by id, what was handled: "from:n"
	living  map[string]map[string]bool // by id, the nodes on which it lives
	twice   []string                   // ids that lived twice at a time
	starts  map[string]int
	inLife  map[string][]string // by id and life
}

type labNode struct {
	*cluster.Membership
	region *sharding.Region[note]
}

func newLab(t testing.TB) *lab {
	sw := transport.NewSwitch()
	l := &lab{
		TB: t, sw: sw, net: chanpair.New(sw), nodes: map[transport.Address]*labNode{}, log: slog.New(slog.DiscardHandler),
		handled: map[string][]string{}, living: map[string]map[string]bool{}, starts: map[string]int{}, inLife: map[string][]string{},
		wrap: func(k *keeper) actor.Actor[note] { return k },
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	t.Cleanup(func() {
		for _, n := range l.nodes {
			n.System().Kill()
		}
		if len(l.twice) > 0 {
			t.Error("alive twice:", l.twice)
		}
	})
	return l
}

// start boots a node, and a region on it if options are given at all.
func (l *lab) start(address transport.Address, options ...sharding.Option) *labNode {
	l.Helper()
	n := l.join(address)
	region, err := sharding.Start(n.Membership, "note", func(id string) actor.Actor[note] {
		return l.wrap(&keeper{lab: l, id: id, node: string(address)})
	}, append([]sharding.Option{sharding.WithShards(12)}, options...)...)
	if err != nil {
		l.Fatal(err)
	}
	n.region = region
	return n
}

func (l *lab) join(address transport.Address) *labNode {
	l.Helper()
	l.lives++
	sys, err := actor.NewSystem(actor.WithNetwork(l.net, address), actor.WithIncarnation(l.lives), actor.WithLogger(l.log.With("node", address)))
	if err != nil {
		l.Fatal(err)
	}
	m, err := cluster.Start(sys, cluster.WithSeeds("a"), cluster.WithRoles(l.roles...), cluster.WithRand(rand.NewPCG(l.lives, 1)),
		cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond)),
		cluster.WithDowning(cluster.AutoDown(300*time.Millisecond)))
	if err != nil {
		l.Fatal(err)
	}
	n := &labNode{Membership: m}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nodes[address] = n
	return n
}

// crash ends a node, and its entities with it.
func (l *lab) crash(address transport.Address) {
	node := l.nodes[address]
	l.mu.Lock()
	delete(l.nodes, address)
	l.mu.Unlock()
	node.System().Kill()
	synctest.Wait() // or an entity may be about to note that it lives
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.living {
		delete(at, string(address))
	}
}

func (l *lab) leave(address transport.Address) {
	l.Helper()
	n := l.nodes[address]
	if err := n.Leave(minute(l)); err != nil {
		l.Fatal(err)
	}
	l.mu.Lock()
	delete(l.nodes, address)
	l.mu.Unlock()
	n.System().Kill()
}

func (l *lab) cut(a, b transport.Address) {
	l.Helper()
	if err := l.sw.Cut(context.Background(), transport.Link{From: a, To: b}, transport.Link{From: b, To: a}); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) heal(a, b transport.Address) {
	l.sw.Mend(transport.Link{From: a, To: b}, transport.Link{From: b, To: a})
}

// slowLinks holds the frames between two nodes back for up to d, until stop is called.
func (l *lab) slowLinks(a, b transport.Address, d time.Duration) (stop func()) {
	links := []transport.Link{{From: a, To: b}, {From: b, To: a}}
	for _, link := range links {
		l.sw.SetRule(link, "slow", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
			if sofar.Fate == transport.Deliver {
				sofar.Fate, sofar.Reason = transport.Hold, "slow"
			}
			return sofar
		}))
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-time.After(d):
			case <-done:
				for _, link := range links {
					l.sw.ClearRule(link, "slow")
					l.sw.Release(link)
				}
				return
			}
			for _, link := range links {
				l.sw.Release(link)
			}
		}
	}()
	return func() { close(done) }
}

// await lets virtual time pass until want holds.
func (l *lab) await(within time.Duration, what string, want func() bool) {
	l.Helper()
	for end := time.Now().Add(within); !want(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			for a, n := range l.nodes {
				l.Logf("%s: %s; %v", a, n.View(), n.region.Shards())
			}
			l.Fatalf("%s: not within %s", what, within)
		}
	}
}

// spread returns how many shards each node hosts, as in "a:6 b:6", and fails if two
// nodes host one.
func (l *lab) spread() string {
	l.Helper()
	synctest.Wait() // or a shard may move while one node after the other is looked at
	var out []string
	at := map[string]transport.Address{}
	for a, n := range l.nodes {
		count := 0
		for _, s := range n.region.Shards() {
			if !s.Here {
				continue
			}
			count++
			if other, taken := at[s.ID]; taken {
				l.Fatalf("shard %s is on %s and on %s", s.ID, other, a)
			}
			at[s.ID] = a
		}
		out = append(out, fmt.Sprintf("%s:%d", a, count))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// touch asks ids 0 to n-1 from a node and returns who answered, as "id@node".
func (l *lab) touch(from transport.Address, n int) []string {
	l.Helper()
	var out []string
	for i := range n {
		out = append(out, l.ask(from, fmt.Sprint("e", i), i))
	}
	return out
}

func (l *lab) ask(from transport.Address, id string, n int) string {
	l.Helper()
	reply, err := sharding.Ask(minute(l), l.nodes[from].region, id, func(to actor.Ref[string]) note {
		return note{From: string(from), N: n, ReplyTo: to}
	})
	if err != nil {
		l.Fatal(err)
	}
	if !strings.HasPrefix(reply, id+"@") {
		l.Fatalf("%s was asked, %s answered", id, reply)
	}
	return reply
}

// keeper is an entity that notes what it handles.
type keeper struct {
	lab            *lab
	id, node, life string
}

func (k *keeper) PreStart(*actor.Context[note]) error {
	k.lab.mu.Lock()
	defer k.lab.mu.Unlock()
	if k.lab.living[k.id] == nil {
		k.lab.living[k.id] = map[string]bool{}
	}
	if len(k.lab.living[k.id]) > 0 {
		k.lab.twice = append(k.lab.twice, fmt.Sprintf("%s on %v and %s", k.id, k.lab.living[k.id], k.node))
	}
	k.lab.living[k.id][k.node] = true
	k.lab.starts[k.id]++
	k.life = fmt.Sprintf("%s, life %d", k.id, k.lab.starts[k.id])
	return nil
}

func (k *keeper) PostStop(*actor.Context[note]) {
	k.lab.mu.Lock()
	defer k.lab.mu.Unlock()
	delete(k.lab.living[k.id], k.node)
}

func (k *keeper) Receive(ctx *actor.Context[note], n note) error {
	k.lab.mu.Lock()
	k.lab.handled[k.id] = append(k.lab.handled[k.id], fmt.Sprintf("%s:%d", n.From, n.N))
	k.lab.inLife[k.life] = append(k.lab.inLife[k.life], fmt.Sprintf("%s:%d", n.From, n.N))
	k.lab.mu.Unlock()
	if !n.ReplyTo.IsZero() {
		n.ReplyTo.Tell(k.id + "@" + k.node)
	}
	if n.Stop {
		sharding.Passivate(ctx)
	}
	return nil
}

func (l *lab) history(id string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.handled[id])
}

func minute(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

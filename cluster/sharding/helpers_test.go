package sharding_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// note is what the entities of these tests take.
type note struct {
	From    string
	N       int
	ReplyTo actor.Ref[string]
	Stop    bool // passivate
	Fail    bool // see failing
}

// shardLab is a lab whose nodes have regions of entities. It knows what these have handled.
type shardLab struct {
	*lab.Lab
	regions map[transport.Address]*sharding.Region[note]
	wrap    func(*keeper) actor.Actor[note]

	mu      sync.Mutex
	handled map[string][]string        // by id, what was handled: "from:n"
	living  map[string]map[string]bool // by id, the nodes on which it lives
	twice   []string                   // ids that lived twice at a time
	starts  map[string]int
	inLife  map[string][]string // by id and life
}

func newLab(t testing.TB) *shardLab {
	l := &shardLab{
		Lab:     lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(300*time.Millisecond))),
		regions: map[transport.Address]*sharding.Region[note]{},
		handled: map[string][]string{}, living: map[string]map[string]bool{}, starts: map[string]int{}, inLife: map[string][]string{},
		wrap: func(k *keeper) actor.Actor[note] { return k },
	}
	l.OnStart = func(a transport.Address, _ *cluster.Membership) { l.host(a) }
	t.Cleanup(func() {
		if len(l.twice) > 0 {
			t.Error("alive twice:", l.twice)
		}
		if t.Failed() {
			for a, r := range l.regions {
				t.Log(a, r.Shards())
			}
		}
	})
	return l
}

// start boots a node, and a region on it with options.
func (l *shardLab) start(a transport.Address, options ...sharding.Option) *cluster.Membership {
	l.Helper()
	m := l.Boot(a)
	l.host(a, options...)
	return m
}

// host starts a region on a node.
func (l *shardLab) host(a transport.Address, options ...sharding.Option) {
	l.Helper()
	region, err := sharding.Start(l.Nodes[a], "note", func(id string) actor.Actor[note] {
		return l.wrap(&keeper{lab: l, id: id, node: string(a)})
	}, append([]sharding.Option{sharding.WithShards(12)}, options...)...)
	l.Must(err)
	l.regions[a] = region
}

// Crash ends a node, and its entities with it.
func (l *shardLab) Crash(a transport.Address) {
	l.Lab.Crash(a)
	synctest.Wait() // or an entity may be about to note that it lives
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.living {
		delete(at, string(a))
	}
}

// spread returns how many shards each node hosts, as in "a:6 b:6", and fails if two
// nodes host one.
func (l *shardLab) spread() string {
	l.Helper()
	synctest.Wait() // or a shard may move while one node after the other is looked at
	var out []string
	at := map[string]transport.Address{}
	for a := range l.Nodes {
		count := 0
		for _, s := range l.regions[a].Shards() {
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
func (l *shardLab) touch(from transport.Address, n int) []string {
	l.Helper()
	var out []string
	for i := range n {
		out = append(out, l.ask(from, fmt.Sprint("e", i), i))
	}
	return out
}

func (l *shardLab) ask(from transport.Address, id string, n int) string {
	l.Helper()
	reply, err := sharding.Ask(l.Within(time.Minute), l.regions[from], id, func(to actor.Ref[string]) note {
		return note{From: string(from), N: n, ReplyTo: to}
	})
	l.Must(err)
	if !strings.HasPrefix(reply, id+"@") {
		l.Fatalf("%s was asked, %s answered", id, reply)
	}
	return reply
}

// keeper is an entity that notes what it handles.
type keeper struct {
	lab            *shardLab
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

func (l *shardLab) history(id string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.handled[id])
}

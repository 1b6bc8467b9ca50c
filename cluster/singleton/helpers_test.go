package singleton

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
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// quick is a detector for tests that wait for it.
var quick = cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond))

// lab is a cluster in one process, with a singleton of strings called "it".
type lab struct {
	testing.TB
	sw      *transport.Switch
	net     transport.Network
	cluster []cluster.Option
	options []Option
	log     *slog.Logger
	nodes   map[transport.Address]*node // those that run
	systems []*actor.System             // of all there ever were
	lives   uint64

	mu      sync.Mutex
	history []string // "start a", "stop a", "a 1"
}

type node struct {
	*cluster.Membership
	sys *actor.System
	it  *Singleton[string]
}

func newLab(t testing.TB, options ...Option) *lab {
	sw := transport.NewSwitch()
	l := &lab{
		TB: t, sw: sw, net: chanpair.New(sw), nodes: map[transport.Address]*node{}, options: options,
		cluster: []cluster.Option{quick, cluster.WithDowning(cluster.AutoDown(400 * time.Millisecond))},
		log:     slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	t.Cleanup(func() {
		for _, sys := range l.systems {
			sys.Kill()
		}
	})
	return l
}

// join boots nodes of a cluster role, without the singleton.
func (l *lab) join(role string, addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(l.net, a), actor.WithIncarnation(l.lives), actor.WithLogger(l.log))
		if err != nil {
			l.Fatal(err)
		}
		l.systems = append(l.systems, sys)
		options := []cluster.Option{
			cluster.WithSeeds("a"), cluster.WithLogger(l.log),
			cluster.WithRand(rand.NewPCG(l.lives, 1)), cluster.WithRoles(role),
		}
		m, err := cluster.Start(sys, append(options, l.cluster...)...)
		if err != nil {
			l.Fatal(err)
		}
		actor.Subscribe(sys, func(Started) { l.note("start %s", a) })
		actor.Subscribe(sys, func(Stopped) { l.note("stop %s", a) })
		l.nodes[a] = &node{Membership: m, sys: sys}
	}
}

// start boots nodes one after another, so that they become Up in this order.
func (l *lab) start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.join("host", a)
		l.run(a)
		l.await("is up", func(v cluster.View) bool { self, _ := v.Member(a); return self.Status == cluster.Up }, a)
	}
}

// run starts the singleton on a node. An instance notes what it is told.
func (l *lab) run(a transport.Address) {
	l.Helper()
	it, err := Start(l.nodes[a].Membership, "it", func() actor.Actor[string] { return &writer{l, a} }, l.options...)
	if err != nil {
		l.Fatal(err)
	}
	l.nodes[a].it = it
}

type writer struct {
	lab *lab
	at  transport.Address
}

func (w *writer) Receive(ctx *actor.Context[string], m string) error {
	switch m {
	case "stop":
		ctx.StopSelf()
	case "slow":
		time.Sleep(10 * time.Millisecond) // so that others wait in the mailbox
	case "fail":
		return fmt.Errorf("told to fail")
	default:
		w.lab.note("%s %s", w.at, m)
	}
	return nil
}

func (l *lab) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = append(l.history, fmt.Sprintf(format, args...))
}

// past returns the history, once nothing happens any more, and forgets it.
func (l *lab) past() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	past := l.history
	l.history = nil
	return past
}

// expect fails unless this has happened since it was last called.
func (l *lab) expect(want ...string) {
	l.Helper()
	if past := l.past(); !slices.Equal(past, want) {
		l.Errorf("history:\n  %s\nwant:\n  %s", strings.Join(past, ", "), strings.Join(want, ", "))
	}
}

func (l *lab) crash(a transport.Address) {
	l.nodes[a].sys.Kill()
	delete(l.nodes, a)
}

func (l *lab) cut(a, b transport.Address) {
	l.Helper()
	if err := l.sw.Cut(context.Background(), links(a, b)...); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) heal(a, b transport.Address) { l.sw.Mend(links(a, b)...) }

func links(a, b transport.Address) []transport.Link {
	return []transport.Link{{From: a, To: b}, {From: b, To: a}}
}

// await waits until want holds on the nodes, all if none is named.
func (l *lab) await(what string, want func(cluster.View) bool, on ...transport.Address) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if len(on) == 0 {
		for a := range l.nodes {
			on = append(on, a)
		}
	}
	for _, a := range on {
		if err := l.nodes[a].Watch(ctx, want); err != nil {
			l.Fatalf("%s: %v", what, err)
		}
	}
}

// members is the view of a cluster of just these, all well.
func members(addresses ...transport.Address) func(cluster.View) bool {
	return func(v cluster.View) bool {
		return v.Converged && len(v.Members) == len(addresses) && slices.Equal(v.Up(), addresses)
	}
}

// info returns what a node knows of the singleton.
func (l *lab) info(a transport.Address) Info {
	for _, i := range On(l.nodes[a].sys) {
		if i.Name == "it" {
			return i
		}
	}
	l.Helper()
	l.Fatalf("%s does not know the singleton", a)
	return Info{}
}

// at fails unless all nodes that run believe the instance to be there.
func (l *lab) at(a transport.Address) {
	l.Helper()
	synctest.Wait()
	for n := range l.nodes {
		if i := l.info(n); i.Address != a || i.Here != (n == a) {
			l.Errorf("%s: %+v, want it on %s", n, i, a)
		}
	}
}

func (l *lab) tell(from transport.Address, messages ...string) {
	for _, m := range messages {
		l.nodes[from].it.Ref().Tell(m)
	}
}

func minute(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

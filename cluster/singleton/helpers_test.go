package singleton

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
	"github.com/7aca83c2/multinode/transport"
)

// itLab is a lab whose nodes run a singleton of strings called "it".
type itLab struct {
	*lab.Lab
	options []Option
	it      map[transport.Address]*Singleton[string]

	mu      sync.Mutex
	history []string // "start a", "stop a", "a 1"
}

func newLab(t testing.TB, options ...Option) *itLab {
	return &itLab{
		Lab:     lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(400*time.Millisecond)), cluster.WithRoles("host")),
		options: options, it: map[transport.Address]*Singleton[string]{},
	}
}

// join boots a node without the singleton.
func (l *itLab) join(a transport.Address, options ...cluster.Option) {
	l.Helper()
	sys := l.Boot(a, options...).System()
	actor.Subscribe(sys, func(Started) { l.note("start %s", a) })
	actor.Subscribe(sys, func(Stopped) { l.note("stop %s", a) })
}

// start boots nodes one after another, so that they become Up in this order.
func (l *itLab) start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.join(a)
		l.run(a)
		up := func(v cluster.View) bool { self, _ := v.Member(a); return self.Status == cluster.Up }
		l.Await(time.Minute, "is up", up, a)
	}
}

// run starts the singleton on a node. An instance notes what it is told.
func (l *itLab) run(a transport.Address) {
	l.Helper()
	var err error
	l.it[a], err = Start(l.Nodes[a], "it", func() actor.Actor[string] { return &writer{l, a} }, l.options...)
	l.Must(err)
}

type writer struct {
	lab *itLab
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

func (l *itLab) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = append(l.history, fmt.Sprintf(format, args...))
}

// past returns the history, once nothing happens any more, and forgets it.
func (l *itLab) past() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	past := l.history
	l.history = nil
	return past
}

// expect fails unless this has happened since it was last called.
func (l *itLab) expect(want ...string) {
	l.Helper()
	if past := l.past(); !slices.Equal(past, want) {
		l.Errorf("history:\n  %s\nwant:\n  %s", strings.Join(past, ", "), strings.Join(want, ", "))
	}
}

// info returns what a node knows of the singleton.
func (l *itLab) info(a transport.Address) Info {
	for _, i := range On(l.Nodes[a].System()) {
		if i.Name == "it" {
			return i
		}
	}
	l.Helper()
	l.Fatalf("%s does not know the singleton", a)
	return Info{}
}

// at fails unless all nodes that run believe the instance to be there.
func (l *itLab) at(a transport.Address) {
	l.Helper()
	synctest.Wait()
	for n := range l.Nodes {
		if i := l.info(n); i.Address != a || i.Here != (n == a) {
			l.Errorf("%s: %+v, want it on %s", n, i, a)
		}
	}
}

func (l *itLab) tell(from transport.Address, messages ...string) {
	for _, m := range messages {
		l.it[from].Ref().Tell(m)
	}
}

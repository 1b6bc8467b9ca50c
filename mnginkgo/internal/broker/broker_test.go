package broker

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// chair is a seat that says who sits on it.
type chair struct {
	name    string
	vacated chan struct{}
}

func (c *chair) Call(_ context.Context, method string, body []byte) ([]byte, error) {
	return []byte(c.name + " " + method + " " + string(body)), nil
}

func (c *chair) Crash(context.Context) error {
	c.vacated <- struct{}{}
	return nil
}

// process is a Ginkgo process with its session; in a test they all are this one.
type process struct {
	*Session
	chair *chair
}

var errNoChildren = errors.New("no children here")

func start(t *testing.T, config Config, names ...string) (*Broker, []*process) {
	t.Helper()
	config.Tree, config.Wait = "tree", time.Minute
	config.Child = func() (*exec.Cmd, error) { return nil, errNoChildren }
	config.MaxChildren = 1
	b := New(config)
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var processes []*process
	for i, name := range names {
		p, err := join(t, b, i+1, name, "tree")
		if err != nil {
			t.Fatal(err)
		}
		processes = append(processes, p)
	}
	return b, processes
}

func join(t *testing.T, b *Broker, number int, name, tree string) (*process, error) {
	t.Helper()
	ours, theirs, err := pipe.Pair()
	if err != nil {
		t.Fatal(err)
	}
	b.Admit(ours, number, func() string { return "" })
	p := &process{chair: &chair{name, make(chan struct{}, 10)}}
	p.Session, err = Connect(t.Context(), theirs, tree, func(stage.Backstage, transport.Network) stage.Runner { return p.chair })
	return p, err
}

// acquire asks for roles in a goroutine of its own and returns what it is told.
func (p *process) acquire(t *testing.T, roles ...string) <-chan error {
	answer := make(chan error, 1)
	go func() { answer <- p.Acquire(t.Context(), roles, time.Second, false) }()
	return answer
}

func (p *process) ask(t *testing.T, role string) string {
	t.Helper()
	answer, err := p.Call(t.Context(), role, "say", []byte("it"))
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestALeaseHasAProcessForEachRoleTheConductorFirst(t *testing.T) {
	_, p := start(t, Config{}, "one", "two", "three")
	must(t, <-p[1].acquire(t, "a", "b", "c"))
	got := []string{p[1].ask(t, "a"), p[1].ask(t, "b"), p[1].ask(t, "c")}
	if got[0] != "two say it" || got[1] == got[2] || got[1] == got[0] || got[2] == got[0] {
		t.Errorf("the roles are on %q", got)
	}
	must(t, p[1].Release(t.Context()))
	for _, one := range p {
		<-one.chair.vacated
	}
}

func TestALeaseWaitsForAProcessWithASpecOfItsOwn(t *testing.T) {
	_, p := start(t, Config{}, "one", "two")
	must(t, p[1].EnterSpec(t.Context(), "its own"))
	granted := p[0].acquire(t, "a", "b")
	select {
	case err := <-granted:
		t.Fatalf("granted a process that runs a spec (%v)", err)
	case <-time.After(10 * time.Millisecond): // nothing to wait for: it must not happen
	}
	p[1].LeaveSpec(false)
	must(t, <-granted)
	entered := make(chan error, 1)
	go func() { entered <- p[1].EnterSpec(t.Context(), "the next") }()
	select {
	case <-entered:
		t.Fatal("a process runs a spec while it hosts")
	case <-time.After(10 * time.Millisecond):
	}
	must(t, p[0].Release(t.Context()))
	must(t, <-entered)
}

func TestRequestsAreServedInTheirOrder(t *testing.T) {
	b, p := start(t, Config{}, "one", "two")
	must(t, p[1].EnterSpec(t.Context(), "its own"))
	first := p[0].acquire(t, "a", "b")
	must(t, b.until(t.Context(), func() bool { return b.tokens == 1 }))
	p[1].LeaveSpec(false)
	second := p[1].acquire(t, "c", "d")
	must(t, <-first)
	if len(second) != 0 {
		t.Fatal("two leases have the same processes")
	}
	must(t, p[0].Release(t.Context()))
	must(t, <-second)
	if got := p[1].ask(t, "d"); got != "one say it" {
		t.Errorf("d is on %q", got)
	}
	must(t, p[1].Release(t.Context()))
}

func TestAProcessThatDiesIsTheSpecsLoss(t *testing.T) {
	_, p := start(t, Config{}, "one", "two")
	must(t, <-p[0].acquire(t, "a", "b"))
	lost := make(chan string, 1)
	p[0].OnLost(func(role, why string) { lost <- role + ": " + why })
	must(t, p[1].Close())
	if got := <-lost; !strings.HasPrefix(got, "b: Ginkgo process 2 (process id ") {
		t.Errorf("lost %q", got)
	}
	if _, err := p[0].Call(t.Context(), "b", "say", nil); err == nil {
		t.Error("a dead process answers")
	}
	must(t, p[0].Release(t.Context()))
	must(t, p[0].EnterSpec(t.Context(), "life goes on"))
}

func TestProcessesOfADeadConductorAreFree(t *testing.T) {
	_, p := start(t, Config{}, "one", "two")
	must(t, <-p[1].acquire(t, "a", "b"))
	must(t, p[1].Close())
	<-p[0].chair.vacated
	must(t, p[0].EnterSpec(t.Context(), "its own"))
}

func TestProcessesStayUntilNoSpecNeedsThem(t *testing.T) {
	_, p := start(t, Config{Specs: 2}, "one", "two")
	finished := make(chan error, 1)
	go func() { finished <- p[1].Finish(t.Context()) }()
	p[0].LeaveSpec(true)
	select {
	case <-finished:
		t.Fatal("a process went with a spec left that may need it")
	case <-time.After(10 * time.Millisecond):
	}
	p[0].LeaveSpec(true)
	must(t, <-finished)
}

func TestAnotherTreeIsRefusedByItsFirstDifference(t *testing.T) {
	b, _ := start(t, Config{}, "one")
	_, err := join(t, b, 2, "two", "tree\nbranch")
	if err == nil || !strings.Contains(err.Error(), "number 2:\n  process 1: (none)\n  Ginkgo process 2: branch\n") {
		t.Errorf("got %v", err)
	}
}

func TestTooManyRolesSayWhatWouldHelp(t *testing.T) {
	_, p := start(t, Config{}, "one")
	err := <-p[0].acquire(t, "a", "b", "c")
	want := "3 roles need 2 children beside 1 Ginkgo processes, but max-children is 1: " +
		"raise it in ginkgo.yml (or MN_MAX_CHILDREN), or run more processes (ginkgo --procs=3)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	err = <-p[0].acquire(t, "a", "b")
	if err == nil || !strings.Contains(err.Error(), "start a child process: no children here") {
		t.Errorf("got %v", err)
	}
}

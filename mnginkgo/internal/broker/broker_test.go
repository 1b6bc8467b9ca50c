package broker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
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
	left    int           // what Vacate returns
	clean   chan struct{} // closed when nothing is left
}

func (c *chair) Call(_ context.Context, method string, body []byte) ([]byte, error) {
	return []byte(c.name + " " + method + " " + string(body)), nil
}

func (c *chair) Crash(context.Context) error { return nil }

func (c *chair) Vacate(context.Context) (int, error) {
	c.vacated <- struct{}{}
	return c.left, nil
}

func (c *chair) Clean(context.Context) { <-c.clean }

func (c *chair) Mark(string) {}

// member is a Ginkgo process with its session; in a test they all are this one.
type member struct {
	*Session
	b     *Broker
	name  string // that the broker gives it
	chair *chair
}

var errNoChildren = errors.New("no children here")

func start(t *testing.T, config Config, names ...string) (*Broker, []*member) {
	t.Helper()
	config.Tree, config.ChildTree, config.Wait = "tree", "tree", time.Minute
	config.Child = func() (*exec.Cmd, error) { return nil, errNoChildren }
	config.MaxChildren = 1
	b := New(config)
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var processes []*member
	for i, name := range names {
		p, err := join(t, b, i+1, name, "tree")
		if err != nil {
			t.Fatal(err)
		}
		processes = append(processes, p)
	}
	return b, processes
}

func join(t *testing.T, b *Broker, number int, name, tree string) (*member, error) {
	t.Helper()
	ours, theirs, err := pipe.Pair()
	if err != nil {
		t.Fatal(err)
	}
	b.Admit(ours, Process{Number: number, LastWords: func() string { return "" }})
	p := &member{b: b, name: fmt.Sprintf("Ginkgo process %d", number), chair: &chair{name: name, vacated: make(chan struct{}, 10), clean: make(chan struct{})}}
	p.Session, err = Connect(t.Context(), theirs, tree, func(stage.Backstage, transport.Network) Seat { return p.chair })
	return p, err
}

// borrow asks for roles in a goroutine of its own and returns what it is told.
func (p *member) borrow(t *testing.T, roles ...string) <-chan error {
	answer := make(chan error, 1)
	go func() {
		answer <- p.Borrow(t.Context(), Request{Spec: "a spec of " + p.chair.name, Roles: roles, BarrierTimeout: time.Second})
	}()
	return answer
}

func (p *member) ask(t *testing.T, role string) string {
	t.Helper()
	answer, err := p.call(t, role, "say", "it")
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func (p *member) call(t *testing.T, role, method, body string) ([]byte, error) {
	return stage.Call.Ask(t.Context(), p, stage.RoleCall{Role: role, Method: method, Body: []byte(body)})
}

func TestABrokerThatDiesWhileOneJoinsIsGone(t *testing.T) {
	ours, theirs, err := pipe.Pair()
	must(t, err)
	must(t, ours.Close())
	_, err = Connect(t.Context(), theirs, "a tree", func(stage.Backstage, transport.Network) Seat { return &chair{} })
	if !IsGone(err) {
		t.Errorf("got %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wait has the process wait until no spec needs it, and returns what that ends with.
func (p *member) wait(t *testing.T) <-chan error {
	answer := make(chan error, 1)
	go func() { answer <- p.Finish(t.Context()) }()
	must(t, p.b.until(t.Context(), func() bool {
		i := slices.IndexFunc(p.b.hosts, func(h *host) bool { return h.name == p.name })
		return i < 0 || p.b.hosts[i].waits > 0
	}))
	return answer
}

func TestALoanHasAProcessForEachRoleAndNoneIsTheConductorOrTheFirst(t *testing.T) {
	_, p := start(t, Config{Specs: 1}, "one", "two", "three", "four", "five")
	for _, other := range []*member{p[0], p[2], p[3], p[4]} {
		other.wait(t)
	}
	must(t, <-p[1].borrow(t, "a", "b", "c"))
	on := map[string]bool{p[1].ask(t, "a"): true, p[1].ask(t, "b"): true, p[1].ask(t, "c"): true}
	if len(on) != 3 || on["two say it"] || on["one say it"] {
		t.Errorf("the roles are on %v", on)
	}
	must(t, p[1].Return(t.Context()))
	for _, one := range []*member{p[2], p[3], p[4]} {
		<-one.chair.vacated
	}
}

func TestAProcessHostsOnlyWhileItWaits(t *testing.T) {
	b, p := start(t, Config{Specs: 1}, "one", "two")
	b.config.MaxChildren = 0
	granted := p[0].borrow(t, "a")
	select {
	case err := <-granted:
		t.Fatalf("granted a process that runs specs of its own (%v)", err)
	case <-time.After(10 * time.Millisecond): // nothing to wait for: it must not happen
	}
	finished := p[1].wait(t)
	must(t, <-granted)
	p[0].SpecDone()
	select {
	case <-finished:
		t.Fatal("a process goes while it hosts")
	case <-time.After(10 * time.Millisecond):
	}
	must(t, p[0].Return(t.Context()))
	must(t, <-finished)
}

func TestRequestsAreServedInTheirOrderAndWhoWaitsHosts(t *testing.T) {
	b, p := start(t, Config{Specs: 1}, "one", "two", "three")
	b.config.MaxChildren = 0
	first := p[1].borrow(t, "a")
	must(t, b.until(t.Context(), func() bool { return b.hosts[1].request != nil }))
	second := p[2].borrow(t, "b")
	must(t, <-first)
	if len(second) != 0 {
		t.Fatal("a process that hosts was given a spec of its own")
	}
	if got := p[1].ask(t, "a"); got != "three say it" {
		t.Errorf("a is on %q", got)
	}
	must(t, p[1].Return(t.Context()))
	third := p[1].borrow(t, "c")
	must(t, <-second)
	if got := p[2].ask(t, "b"); got != "two say it" {
		t.Errorf("b is on %q", got)
	}
	must(t, p[2].Return(t.Context()))
	p[2].wait(t)
	must(t, <-third)
	must(t, p[1].Return(t.Context()))
}

func TestARequestThatIsWithdrawnLeavesNothing(t *testing.T) {
	b, p := start(t, Config{Specs: 1}, "one", "two")
	b.config.MaxChildren = 0
	ctx, cancel := context.WithCancel(t.Context())
	granted := make(chan error, 1)
	go func() {
		granted <- p[0].Borrow(ctx, Request{Spec: "spec", Roles: []string{"a"}, BarrierTimeout: time.Second})
	}()
	must(t, b.until(t.Context(), func() bool { return b.hosts[0].request != nil }))
	cancel()
	if err := <-granted; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	must(t, b.until(t.Context(), func() bool { return b.hosts[0].request == nil && b.hosts[0].waits == 0 }))
	again := p[0].borrow(t, "a")
	p[1].wait(t)
	must(t, <-again)
	must(t, p[0].Return(t.Context()))
}

func TestAProcessWithSomethingLeftRunningIsNotLentUntilThatHasEnded(t *testing.T) {
	b, p := start(t, Config{Specs: 1}, "one", "two")
	b.config.MaxChildren = 0
	p[1].wait(t)
	p[1].chair.left = 3
	must(t, <-p[0].borrow(t, "a"))
	must(t, p[0].Return(t.Context()))
	aside := b.Aside()
	if len(aside) != 1 || !strings.HasPrefix(aside[0], "Ginkgo process 2 (process id ") ||
		!strings.HasSuffix(aside[0], `, which had hosted role a of the spec "a spec of one", is not lent any more: 3 of the goroutines that its role has started go on`) {
		t.Errorf("set aside: %q", aside)
	}
	granted := p[0].borrow(t, "a")
	select {
	case err := <-granted:
		t.Fatalf("granted a process that is not clean (%v)", err)
	case <-time.After(10 * time.Millisecond):
	}
	close(p[1].chair.clean)
	must(t, <-granted)
	must(t, p[0].Return(t.Context()))
}

func TestAProcessThatDiesIsTheSpecsLoss(t *testing.T) {
	_, p := start(t, Config{Specs: 1}, "one", "two")
	p[1].wait(t)
	must(t, <-p[0].borrow(t, "b"))
	lost := make(chan string, 1)
	p[0].Hear(Ears{Ended: func(e stage.End) { lost <- e.Role + ": " + e.Why }})
	must(t, p[1].Close())
	if got := <-lost; !strings.HasPrefix(got, "b: Ginkgo process 2 (process id ") {
		t.Errorf("lost %q", got)
	}
	if _, err := p[0].call(t, "b", "say", ""); err == nil {
		t.Error("a dead process answers")
	}
	must(t, p[0].Return(t.Context()))
}

func TestWhatFailsOnARoleIsToldToItsSpecAndLaterToTheRun(t *testing.T) {
	b, p := start(t, Config{Specs: 1}, "one", "two")
	p[1].wait(t)
	must(t, <-p[0].borrow(t, "b"))
	failed := make(chan stage.Failure, 1)
	p[0].Hear(Ears{Failed: func(f stage.Failure) { failed <- f }})
	backstage{director{p[1].peer, hosted}}.Failed(stage.Failure{Role: "b", Message: "out of cheese"})
	if f := <-failed; f.Message != "out of cheese" {
		t.Errorf("told %+v", f)
	}
	must(t, p[0].Return(t.Context()))
	p[1].Late(stage.Failure{Role: "b", Message: "too late"})
	must(t, p[1].Close())
	must(t, b.until(t.Context(), func() bool { return len(b.strays) > 0 }))
	if got := b.strays[0].Error(); !strings.Contains(got, "too late") {
		t.Errorf("the run is told %q", got)
	}
	b.strays = nil
}

func TestProcessesOfADeadConductorAreFree(t *testing.T) {
	_, p := start(t, Config{Specs: 1}, "one", "two", "three")
	p[1].wait(t)
	must(t, <-p[2].borrow(t, "a"))
	must(t, p[2].Close())
	<-p[1].chair.vacated
}

func TestProcessesStayUntilNoSpecNeedsThem(t *testing.T) {
	_, p := start(t, Config{Specs: 2}, "one", "two")
	finished := p[1].wait(t)
	p[0].SpecDone()
	select {
	case <-finished:
		t.Fatal("a process went with a spec left that may need it")
	case <-time.After(10 * time.Millisecond):
	}
	p[0].SpecDone()
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
	err := <-p[0].borrow(t, "a", "b", "c")
	want := "3 roles need 3 children beside 0 other Ginkgo processes, but max-children is 1: " +
		"raise it in ginkgo.yml (or MN_MAX_CHILDREN), or run more processes (ginkgo --procs=5)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	err = <-p[0].borrow(t, "a")
	if err == nil || !strings.Contains(err.Error(), "start a child process: no children here") {
		t.Errorf("got %v", err)
	}
}

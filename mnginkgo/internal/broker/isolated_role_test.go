//go:build linux || darwin

package broker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// asChild makes a child of the test binary.
const asChild = "MN_BROKER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) == "" {
		os.Exit(m.Run())
	}
	carrier, _, err := pipe.Inherited()
	if err == nil {
		var s *Session
		s, err = Connect(context.Background(), carrier, "tree", func(stage.Backstage, transport.Network) Seat { return bench{} })
		if err == nil {
			<-s.Done()
			os.Exit(0)
		}
	}
	panic(err)
}

// bench is a seat that does to its process what it is asked.
type bench struct{}

func (bench) Call(_ context.Context, method string, body []byte) ([]byte, error) {
	if method == "exit" {
		code, _ := strconv.Atoi(string(body))
		os.Exit(code)
	}
	return []byte(strconv.Itoa(os.Getpid())), nil
}
func (bench) Crash(context.Context) error         { return nil }
func (bench) Vacate(context.Context) (int, error) { return 0, nil }
func (bench) Clean(context.Context)               {}
func (bench) Mark(mark string)                    { _, _ = os.Stdout.WriteString(mark) }

// startIsolating is start with room for some children.
func startIsolating(t *testing.T, room int, names ...string) []*member {
	t.Helper()
	b, processes := start(t, Config{Specs: 1}, names...)
	b.config.MaxChildren = room
	b.config.Child = func() (*exec.Cmd, error) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asChild+"=1", "GORACE=atexit_sleep_ms=0")
		return cmd, nil
	}
	return processes
}

func (p *member) isolate(t *testing.T, roles ...string) <-chan error {
	answer := make(chan error, 1)
	go func() {
		answer <- p.Borrow(t.Context(), Request{Spec: "a spec of " + p.chair.name, Roles: roles, BarrierTimeout: time.Second, Isolated: true})
	}()
	return answer
}

func (p *member) pid(t *testing.T, role string) int {
	t.Helper()
	id, err := strconv.Atoi(p.ask(t, role))
	must(t, err)
	return id
}

func (p *member) deed(t *testing.T, role string, kind stage.DeedKind, code int) {
	t.Helper()
	must(t, stage.Process.Tell(t.Context(), p, stage.Deed{Role: role, Kind: kind, Code: code}))
}

func gone(t *testing.T, ids ...int) {
	t.Helper()
	for _, id := range ids {
		if err := syscall.Kill(id, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is still there (%v)", id, err)
		}
	}
}

func TestIsolatedRolesHaveFreshChildrenThatEndWithTheLoan(t *testing.T) {
	p := startIsolating(t, 2, "one")
	seen := map[int]bool{os.Getpid(): true}
	for range 2 {
		must(t, <-p[0].isolate(t, "a", "b"))
		a, b := p[0].pid(t, "a"), p[0].pid(t, "b")
		if seen[a] || seen[b] || a == b {
			t.Errorf("a is on %d and b on %d, after %v", a, b, seen)
		}
		seen[a], seen[b] = true, true
		must(t, p[0].Return(t.Context()))
		gone(t, a, b)
	}
}

func TestTheEndsOfAnIsolatedRole(t *testing.T) {
	p := startIsolating(t, 2, "one")
	ends := make(chan stage.End, 1)
	p[0].Hear(Ears{Ended: func(e stage.End) { ends <- e }})
	must(t, <-p[0].isolate(t, "a", "b"))
	check := func(want stage.End) {
		t.Helper()
		if got := <-ends; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if _, err := p[0].call(t, "a", "say", ""); err == nil {
			t.Error("it answers")
		}
		p[0].deed(t, "a", stage.Renew, 0)
	}
	id := p[0].pid(t, "a")
	must(t, stage.Crash.Tell(t.Context(), p[0], "a"))
	gone(t, id)
	check(stage.End{Role: "a", Planned: true, Code: -1, Signal: int(syscall.SIGKILL)})

	p[0].deed(t, "a", stage.Exit, 3)
	check(stage.End{Role: "a", Planned: true, Code: 3})

	p[0].pid(t, "a") // it has read the answer to its hello, or it would fail of that
	p[0].deed(t, "a", stage.Retire, 0)
	check(stage.End{Role: "a", Planned: true, Code: 0})

	p[0].deed(t, "a", stage.MayExit, 0)
	_, _ = p[0].call(t, "a", "exit", "4")
	check(stage.End{Role: "a", Planned: true, Code: 4})

	p[0].deed(t, "a", stage.Pause, 0)
	must(t, stage.Crash.Tell(t.Context(), p[0], "a"))
	check(stage.End{Role: "a", Planned: true, Code: -1, Signal: int(syscall.SIGKILL)})

	id = p[0].pid(t, "a")
	_, _ = p[0].call(t, "a", "exit", "5")
	why := fmt.Sprintf("child process (process id %d) died: exit status 5, without a last word", id)
	check(stage.End{Role: "a", Why: why, Code: 5})
	must(t, p[0].Return(t.Context()))
}

func TestAPausedRoleIsNotAskedAndGoesOn(t *testing.T) {
	p := startIsolating(t, 1, "one")
	must(t, <-p[0].isolate(t, "a"))
	id := p[0].pid(t, "a")
	p[0].deed(t, "a", stage.Pause, 0)
	if _, err := p[0].call(t, "a", "say", ""); err == nil || err.Error() != "role a is paused" {
		t.Errorf("got %v", err)
	}
	p[0].deed(t, "a", stage.Resume, 0)
	if got := p[0].pid(t, "a"); got != id {
		t.Errorf("process %d goes on as %d", id, got)
	}
	p[0].deed(t, "a", stage.Pause, 0)
	must(t, p[0].Return(t.Context()))
	gone(t, id)
}

func TestIsolatedLoansRunAtOnceWhileThereIsRoom(t *testing.T) {
	p := startIsolating(t, 2, "one", "two", "three")
	must(t, <-p[0].isolate(t, "a"))
	must(t, <-p[1].isolate(t, "a"))
	third := p[2].isolate(t, "a")
	must(t, stage.Crash.Tell(t.Context(), p[0], "a")) // its place is kept
	select {
	case err := <-third:
		t.Fatalf("granted a third child of two (%v)", err)
	case <-time.After(20 * time.Millisecond): // nothing to wait for: it must not happen
	}
	p[0].deed(t, "a", stage.Renew, 0)
	must(t, p[0].Return(t.Context()))
	must(t, <-third)
	must(t, p[1].Return(t.Context()))
	must(t, p[2].Return(t.Context()))
}

func TestWhoHasASpecOfItsOwnIsLeftToItWhereChildrenRunInAnyCase(t *testing.T) {
	p := startIsolating(t, 3, "one", "two", "three")
	must(t, <-p[0].borrow(t, "a", "b", "c")) // all children
	granted := make([]<-chan error, 3)
	for i := 1; i <= 2; i++ {
		granted[i] = p[i].borrow(t, "a", "b", "c")
		must(t, p[i].b.until(t.Context(), func() bool { return p[i].b.hosts[i].request != nil }))
	}
	must(t, p[0].Return(t.Context()))
	for i := 1; i <= 2; i++ {
		must(t, <-granted[i])
		for _, role := range []string{"a", "b", "c"} {
			p[i].pid(t, role) // which only children tell
		}
		must(t, p[i].Return(t.Context()))
	}
	p[1].wait(t) // it has none any more
	must(t, <-p[0].borrow(t, "a", "b", "c"))
	if on := p[0].ask(t, "a") + p[0].ask(t, "b") + p[0].ask(t, "c"); !strings.Contains(on, "two say it") {
		t.Errorf("the roles are on %q, none on the Ginkgo process that is idle", on)
	}
	must(t, p[0].Return(t.Context()))
}

func TestSharedChildrenMakeRoomForIsolatedRoles(t *testing.T) {
	p := startIsolating(t, 1, "one")
	must(t, <-p[0].borrow(t, "b"))
	shared := p[0].pid(t, "b")
	must(t, p[0].Return(t.Context()))
	must(t, <-p[0].isolate(t, "a"))
	if p[0].pid(t, "a") == shared {
		t.Error("an isolated role has a used process")
	}
	must(t, p[0].Return(t.Context()))
	must(t, <-p[0].borrow(t, "b"))
	must(t, p[0].Return(t.Context()))
}

func TestAConductorThatDiesTakesItsIsolatedRolesAlong(t *testing.T) {
	p := startIsolating(t, 2, "one", "two")
	must(t, <-p[1].isolate(t, "a", "b"))
	ids := []int{p[1].pid(t, "a"), p[1].pid(t, "b")}
	p[1].deed(t, "a", stage.Pause, 0)
	must(t, p[1].Close())
	must(t, <-p[0].isolate(t, "a", "b")) // there is no room before
	gone(t, ids...)
	must(t, p[0].Return(t.Context()))
}

func TestTooManyIsolatedRolesSayWhatWouldHelp(t *testing.T) {
	p := startIsolating(t, 1, "one")
	err := <-p[0].isolate(t, "a", "b")
	want := "2 isolated roles need 2 children, but max-children is 1: raise it in ginkgo.yml (or MN_MAX_CHILDREN)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

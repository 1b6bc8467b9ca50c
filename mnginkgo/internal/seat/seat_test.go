package seat

import (
	"context"
	"errors"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// played is what a Part boots. It notes what is done with both.
type played struct {
	node *Node
	boot func(context.Context) error // nil: at once
	done chan string
	skew time.Duration
	saw  func(stage.Sight)
}

func (p *played) Boot(ctx context.Context) (any, error) {
	if _, err := p.node.Network.Open("b", func(transport.Address, []byte) {}); err != nil {
		return nil, err
	}
	if p.boot != nil {
		return p, p.boot(ctx)
	}
	return p, nil
}

func (p *played) part() Part {
	return Part{
		Boot:      p.Boot,
		Defaulted: func() bool { return true },
		Booted:    func(context.Context) { p.done <- "booted" },
		Body:      func(context.Context, int, []byte) { p.done <- "body" },
		Command: func(_ context.Context, number int, argument []byte) ([]byte, error) {
			if number > 0 {
				return nil, errors.New("no such thing")
			}
			return append(argument, '!'), nil
		},
		View: func() ([]byte, error) { return []byte("sees b"), nil },
		Skew: func(by time.Duration) { p.skew = by },
		Watch: func(_ context.Context, saw func(stage.Sight)) {
			p.saw = saw
			saw(stage.Sight{Seen: []byte("a")})
		},
	}
}

func (p *played) Stop(context.Context) error  { p.done <- "stop"; return nil }
func (p *played) Crash()                      { p.done <- "crash" }
func (p *played) Leave(context.Context) error { return errors.New("not now") }

// house is a stage with role b.
type house struct {
	*stage.Stage
	seat  *Seat
	parts []*played // of the nodes, in order
	boot  func(context.Context) error
	done  chan string
}

func open(t *testing.T) *house {
	t.Helper()
	sw := transport.NewSwitch()
	h := &house{Stage: stage.New(sw, time.Second, nil, nil), done: make(chan string, 10)}
	own := rolecode.Beside(nil)
	t.Cleanup(own.End)
	h.seat = New(h.Stage, chanpair.New(sw), own, Script{
		BootTimeout: time.Minute, StopTimeout: time.Minute,
		Plan: func(int, string) Plan {
			return Plan{NetAddress: "b~net", Part: func(n *Node) Part {
				p := &played{node: n, boot: h.boot, done: h.done}
				h.parts = append(h.parts, p)
				return p.part()
			}}
		},
	})
	h.SetRunner("b", h.seat)
	return h
}

func ask[A, R any](t *testing.T, h *house, m Method[A, R], argument A) R {
	t.Helper()
	result, err := m.Ask(t.Context(), h, "b", argument)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (h *house) boots(t *testing.T) {
	t.Helper()
	a := ask(t, h, Boot, BootRequest{Role: "b", Incarnation: uint64(len(h.parts) + 1), Skew: time.Hour})
	if err := a.Err(); err != nil || !a.Defaulted {
		t.Fatalf("got %+v", a)
	}
	h.did(t, "booted")
}

func (h *house) did(t *testing.T, what string) {
	t.Helper()
	select {
	case done := <-h.done:
		if done != what {
			t.Fatalf("got %s, want %s", done, what)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("no %s", what)
	}
}

func (h *house) isEmpty(t *testing.T) {
	t.Helper()
	if _, err := View.Ask(t.Context(), h, "b", Nothing{}); err == nil || err.Error() != "no node runs here" {
		t.Errorf("got %v", err)
	}
}

func TestASeatRunsWhatTheScriptHas(t *testing.T) {
	h := open(t)
	h.isEmpty(t)
	if status := ask(t, h, Status, Nothing{}); !strings.HasPrefix(status, "idle; ") {
		t.Errorf("it is %q", status)
	}
	h.boots(t)
	if by := h.parts[0].skew; by != time.Hour {
		t.Errorf("the skew is %v", by)
	}
	if _ = ask(t, h, Skew, time.Minute); h.parts[0].skew != time.Minute {
		t.Errorf("the skew is %v", h.parts[0].skew)
	}
	if a := ask(t, h, Command, BodyRequest{Argument: []byte("go")}); string(a.Result) != "go!" || a.Err() != nil {
		t.Errorf("got %+v", a)
	}
	if a := ask(t, h, Command, BodyRequest{Number: 1}); a.Failed || a.Error != "no such thing" {
		t.Errorf("got %+v", a)
	}
	_ = ask(t, h, Body, BodyRequest{})
	h.did(t, "body")
	if seen := ask(t, h, View, Nothing{}); string(seen) != "sees b" {
		t.Errorf("got %s", seen)
	}
	if a := ask(t, h, Leave, Nothing{}); a.Error != "not now" {
		t.Errorf("got %+v", a)
	}
	if n := ask(t, h, Reset, []string{"a"}); n != 0 {
		t.Errorf("%d connections", n)
	}
}

func TestANodeThatStopsStaysOnTheNetworkUntilTheSeatIsVacated(t *testing.T) {
	h := open(t)
	h.boots(t)
	if a := ask(t, h, Stop, StopRequest{}); a.Err() != nil {
		t.Fatal(a.Err())
	}
	h.did(t, "stop")
	h.isEmpty(t)
	network := h.parts[0].node.Network
	if _, err := network.Stack(); err != nil {
		t.Errorf("off the network: %v", err)
	}
	if left, err := h.seat.Vacate(t.Context()); left != 0 || err != nil {
		t.Errorf("%d left, %v", left, err)
	}
	if _, err := network.Stack(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestACrashTakesANodeOffTheNetwork(t *testing.T) {
	h := open(t)
	h.boots(t)
	for range 2 {
		if err := stage.Crash.Tell(t.Context(), h, "b"); err != nil {
			t.Fatal(err)
		}
	}
	h.did(t, "crash")
	h.isEmpty(t)
	if _, err := h.parts[0].node.Network.Open("b", nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
	h.boots(t) // at the same address
}

func TestABootThatIsDoneTooLateIsUndone(t *testing.T) {
	h := open(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	h.boot = func(context.Context) error { close(begun); <-goOn; return nil }
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	if _, err := Boot.Ask(ctx, h, "b", BootRequest{Role: "b", Incarnation: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(goOn)
	h.did(t, "crash")
	h.isEmpty(t)
}

func TestWhatANodeSeesIsToldWhileItRuns(t *testing.T) {
	h := open(t)
	h.boots(t)
	h.parts[0].saw(stage.Sight{Seen: []byte("b"), Polled: true})
	if err := stage.Crash.Tell(t.Context(), h, "b"); err != nil {
		t.Fatal(err)
	}
	h.did(t, "crash")
	h.parts[0].saw(stage.Sight{Seen: []byte("too late")})
	told, err := stage.Record.Ask(t.Context(), h, stage.Nothing{})
	if err != nil || len(told.Sights) != 2 {
		t.Fatalf("got %+v, %v", told, err)
	}
	for i, want := range []stage.Sight{{Role: "b", Life: 1, Seen: []byte("a")}, {Role: "b", Life: 1, Seen: []byte("b"), Polled: true}} {
		got := told.Sights[i]
		if got.Time.Before(told.Began) {
			t.Errorf("sight %d is from before the stage", i)
		}
		if got.Time = want.Time; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

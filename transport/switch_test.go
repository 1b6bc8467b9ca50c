package transport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/transport"
)

// outlet answers recalls as it is told, and notes them.
type outlet struct {
	recalls []string
	answer  func(ctx context.Context) error
}

func (o *outlet) Recall(ctx context.Context, from transport.Address, taken uint64) error {
	o.recalls = append(o.recalls, fmt.Sprintf("%s before %d", from, taken))
	if o.answer != nil {
		return o.answer(ctx)
	}
	return nil
}

func attach(t *testing.T, sw *transport.Switch, address transport.Address, o transport.Outlet) *transport.Port {
	t.Helper()
	p, err := sw.Attach(address, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends payloads, one frame each.
func send(t *testing.T, p *transport.Port, to transport.Address, payloads ...string) {
	t.Helper()
	for _, payload := range payloads {
		if err := p.Send(to, []byte(payload)); err != nil {
			t.Error(err)
		}
	}
}

// take returns what waits at a port.
func take(p *transport.Port) (frames []string) {
	var batch transport.Batch
	p.Take(&batch)
	for peer, payload := range batch.Frames() {
		frames = append(frames, fmt.Sprintf("%s:%s", peer, payload))
	}
	return frames
}

func want[T comparable](t *testing.T, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%v\nnot %v", got, want)
	}
}

var ab = transport.Link{From: "a", To: "b"}

func TestCutRecallsOnlyWhatHasLeftTheQueue(t *testing.T) {
	sw, o := transport.NewSwitch(), &outlet{}
	a, c := attach(t, sw, "a", nil), attach(t, sw, "c", nil)
	b := attach(t, sw, "b", o)
	send(t, a, "b", "1", "2")
	if err := sw.Cut(t.Context(), ab); err != nil {
		t.Error(err)
	}
	want(t, o.recalls)
	sw.Mend(ab)
	send(t, a, "b", "3")
	send(t, c, "b", "4")
	want(t, take(b), "a:3", "c:4")
	send(t, a, "b", "5")
	send(t, c, "b", "6")
	if err := sw.Cut(t.Context(), ab); err != nil {
		t.Error(err)
	}
	want(t, o.recalls, "a before 2")
	want(t, take(b), "c:6")
	b.Lost("a", transport.ReasonCut, 1, 1)
	s := sw.Stats()
	if s[0].Link != ab || s[0].Frames != 0 || s[0].Dropped["cut"] != (transport.Dropped{Frames: 4, Bytes: 4}) {
		t.Errorf("counted: %+v", s[0].Dropped)
	}
}

func TestCutReportsAnOutletThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		a := attach(t, sw, "a", nil)
		b := attach(t, sw, "b", &outlet{answer: func(ctx context.Context) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}})
		send(t, a, "b", "1")
		take(b)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("enough"))
		err := sw.Cut(ctx, ab)
		if err == nil || err.Error() != "transport: recall of a>b: enough" {
			t.Errorf("error: %v", err)
		}
		if !sw.IsCut(ab) {
			t.Error("the link is not cut")
		}
	})
}

func TestOneRecallThatFailsDoesNotEndTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		a := attach(t, sw, "a", nil)
		failed := make(chan struct{})
		b := attach(t, sw, "b", &outlet{answer: func(context.Context) error {
			defer close(failed)
			return errors.New("gone")
		}})
		c := attach(t, sw, "c", &outlet{answer: func(ctx context.Context) error {
			<-failed
			synctest.Wait()
			if ctx.Err() != nil {
				t.Errorf("the recall from c was given up: %v", ctx.Err())
			}
			return nil
		}})
		send(t, a, "b", "1")
		send(t, a, "c", "2")
		take(b)
		take(c)
		if err := a.Close(t.Context()); err == nil || err.Error() != "transport: recall of a>b: gone" {
			t.Errorf("error: %v", err)
		}
	})
}

func TestCloseRecallsWhatTheAddressSentEverywhere(t *testing.T) {
	sw, ob, oc := transport.NewSwitch(), &outlet{}, &outlet{}
	a := attach(t, sw, "a", nil)
	b, c := attach(t, sw, "b", ob), attach(t, sw, "c", oc)
	send(t, a, "b", "1")
	take(b)
	send(t, a, "b", "2")
	send(t, b, "b", "3")
	send(t, a, "c", "4")
	if err := a.Close(t.Context()); err != nil {
		t.Error(err)
	}
	want(t, ob.recalls, "a before 1")
	want(t, oc.recalls)
	want(t, take(b), "b:3")
	send(t, b, "c", "5")
	want(t, take(c), "b:5")
	var batch transport.Batch
	if a.Take(&batch) {
		t.Error("the port is not closed")
	}
}

func TestARuleSeesTheVerdictBeforeIt(t *testing.T) {
	var trace []string
	sw := transport.NewSwitch(transport.WithTrace(func(f transport.Frame, v transport.Verdict) {
		trace = append(trace, fmt.Sprintf("%v %s %d %s", f.Link, f.Payload, v.Fate, v.Reason))
	}))
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	drop := func(reason string) transport.Rule {
		return transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
			return transport.Verdict{Fate: transport.Drop, Reason: sofar.Reason + reason}
		})
	}
	pass := transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
		return transport.Verdict{Fate: transport.Deliver, Reason: sofar.Reason}
	})
	sw.SetRule(ab, "1", drop("x"))
	sw.SetRule(ab, "2", drop("y"))
	send(t, a, "b", "lost")
	sw.SetRule(ab, "1", drop("z")) // goes to the end
	send(t, a, "b", "lost too")
	sw.SetRule(ab, "3", pass)
	send(t, a, "b", "saved")
	want(t, take(b), "a:saved")
	want(t, trace, "a>b lost 1 xy", "a>b lost too 1 yz", "a>b saved 0 yz")
}

// opening is an Opener.
type opening struct{ transport.RuleFunc }

func (opening) Opens() {}

func TestAnOpenerJudgesFirst(t *testing.T) {
	var trace []string
	sw := transport.NewSwitch(transport.WithTrace(func(_ transport.Frame, v transport.Verdict) { trace = append(trace, v.Reason) }))
	a := attach(t, sw, "a", nil)
	say := func(reason string) transport.RuleFunc {
		return func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
			return transport.Verdict{Fate: transport.Drop, Reason: sofar.Reason + reason}
		}
	}
	sw.SetRule(ab, "1", say("1"))
	sw.SetRule(ab, "2", opening{say("2")})
	sw.SetRule(ab, "3", say("3"))
	send(t, a, "b", "x")
	sw.SetRule(ab, "2", opening{say("4")}) // stays in front
	send(t, a, "b", "x")
	sw.ClearRule(ab, "2")
	send(t, a, "b", "x")
	want(t, trace, "213", "413", "13")
}

func TestWhatALinkHoldsIsBounded(t *testing.T) {
	sw := transport.NewSwitch(transport.WithQueueLimit(1000))
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	sw.SetRule(ab, "hold", transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict {
		return transport.Verdict{Fate: transport.Hold}
	}))
	for range 20 {
		send(t, a, "b", strings.Repeat("x", 100))
	}
	s := sw.Stats()[0]
	if s.Held == 0 || s.Held+int(s.Dropped[transport.ReasonNoRoom].Frames) != 20 {
		t.Errorf("held %d, dropped %v", s.Held, s.Dropped)
	}
	sw.Release(ab)
	if got := len(take(b)); got != s.Held {
		t.Errorf("%d frames were released, %d were held", got, s.Held)
	}
}

func TestTakeWaitsForAFrameOrTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
		took := make(chan []string)
		go func() {
			took <- take(b)
			took <- take(b)
		}()
		synctest.Wait()
		send(t, a, "b", "1")
		want(t, <-took, "a:1")
		synctest.Wait()
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		want(t, <-took)
	})
}

func TestAttachErrors(t *testing.T) {
	sw := transport.NewSwitch()
	attach(t, sw, "a", nil)
	for address, want := range map[transport.Address]string{
		"a": `transport: open "a": address in use`,
		"":  `transport: open "": address must have 1 to 255 bytes`,
	} {
		if _, err := sw.Attach(address, nil); err == nil || err.Error() != want {
			t.Errorf("error: %v\n   not: %s", err, want)
		}
	}
}

func TestSendDoesNotAllocate(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	payload := make([]byte, 64)
	var batch transport.Batch
	got := testing.AllocsPerRun(100, func() {
		for range 100 {
			_ = a.Send("b", payload)
		}
		b.Take(&batch)
	})
	if got > 0 {
		t.Errorf("%v allocations for 100 frames", got)
	}
}

func BenchmarkSend(b *testing.B) {
	sw := transport.NewSwitch()
	from, err := sw.Attach("a", nil)
	if err != nil {
		b.Fatal(err)
	}
	to, err := sw.Attach("b", nil)
	if err != nil {
		b.Fatal(err)
	}
	payload := make([]byte, 64)
	var batch transport.Batch
	for i := 0; b.Loop(); i++ {
		_ = from.Send("b", payload)
		if i%10000 == 9999 {
			to.Take(&batch)
		}
	}
}

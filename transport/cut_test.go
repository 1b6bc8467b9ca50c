package transport_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

func cutAs(t *testing.T, sw *transport.Switch, name string) {
	t.Helper()
	if err := sw.CutAs(t.Context(), name, ab); err != nil {
		t.Error(err)
	}
}

func wantBites(t *testing.T, sw *transport.Switch, wanted map[string]uint64) {
	t.Helper()
	for name, n := range wanted {
		if got := sw.Bites(name); got != n {
			t.Errorf("%q had an effect on %d frames, not %d", name, got, n)
		}
	}
}

func TestALinkIsCutUntilItsLastCutIsTakenAway(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", &outlet{})
	sw.SetRule(ab, "x", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict { return sofar }))
	cutAs(t, sw, "x")
	cutAs(t, sw, "y")
	sw.ClearRule(ab, "x") // takes the rule away, not the cut
	sw.MendAs("y", ab)
	send(t, a, "b", "1")
	if !sw.IsCut(ab) {
		t.Error("the link is not cut")
	}
	sw.MendAs("y", ab)
	sw.MendAs("x", ab)
	if sw.IsCut(ab) {
		t.Error("the link is cut")
	}
	send(t, a, "b", "2")
	want(t, take(b), "a:2")
	cutAs(t, sw, "x")
	if err := sw.Cut(t.Context(), ab); err != nil {
		t.Error(err)
	}
	sw.Mend(ab)
	if sw.IsCut(ab) {
		t.Error("the link is cut after Mend")
	}
}

func TestACutCountsWhatItStops(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", &outlet{})
	send(t, a, "b", "1", "2", "3")
	take(b)
	send(t, a, "b", "4", "5") // wait in the queue
	cutAs(t, sw, "first")
	cutAs(t, sw, "second")
	b.Lost("a", transport.ReasonCut, 2, 2) // were under way when the first began
	b.Lost("a", "the outlet broke", 1, 1)  // not the cut's doing
	send(t, a, "b", "6")                   // the first does it, the second need not
	wantBites(t, sw, map[string]uint64{"first": 5, "second": 0, "cut": 0})
	sw.MendAs("first", ab)
	send(t, a, "b", "7", "8")
	sw.Mend(ab)
	send(t, a, "b", "9")
	wantBites(t, sw, map[string]uint64{"first": 5, "second": 2, "cut": 0})
	take(b)
	if err := a.Close(t.Context()); err != nil {
		t.Error(err)
	}
	b.Lost("a", transport.ReasonCut, 1, 1) // as an outlet says it, but a Close has recalled it
	wantBites(t, sw, map[string]uint64{"first": 5, "second": 2, "cut": 0})
}

func TestARuleCountsTheFramesWhoseVerdictItChanges(t *testing.T) {
	ba := transport.Link{From: "b", To: "a"}
	for name, change := range map[string]func(*transport.Verdict){
		"fate":     func(v *transport.Verdict) { v.Fate = transport.Drop },
		"reason":   func(v *transport.Verdict) { v.Reason = "none" },
		"delay":    func(v *transport.Verdict) { v.Delay = time.Hour },
		"overtake": func(v *transport.Verdict) { v.Overtake = true },
		"copies":   func(v *transport.Verdict) { v.Copies++ },
		"payload":  func(v *transport.Verdict) { v.Payload = []byte{} },
		"same":     func(v *transport.Verdict) { v.Payload = []byte("1") },
	} {
		t.Run(name, func(t *testing.T) {
			sw := transport.NewSwitch()
			a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
			rule := transport.RuleFunc(func(f transport.Frame, sofar transport.Verdict) transport.Verdict {
				if string(f.Payload) == "1" {
					change(&sofar)
				}
				return sofar
			})
			for _, l := range []transport.Link{ab, ba} {
				sw.SetRule(l, "changes", rule)
				sw.SetRule(l, "passes", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict { return sofar }))
			}
			send(t, a, "b", "1", "2")
			send(t, b, "a", "1")
			sw.ClearRule(ab, "changes")
			send(t, a, "b", "1")
			wantBites(t, sw, map[string]uint64{"changes": 2, "passes": 0})
			for _, p := range []*transport.Port{a, b} { // stops the timers
				if err := p.Close(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// willing is an Outlet that recalls whatever it is asked to.
type willing struct{}

func (willing) Recall(context.Context, transport.Address, uint64) error { return nil }

func TestWhatIsRecalledAsItsSenderWasClosedIsNoCuts(t *testing.T) {
	sw := transport.NewSwitch()
	a, err := sw.Attach("a", willing{})
	b, err2 := sw.Attach("b", willing{})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	var batch transport.Batch
	for range 2 {
		if err := a.Send("b", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	b.Take(&batch)
	link := transport.Link{From: "a", To: "b"}
	if err := sw.Cut(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	b.Lost("a", transport.ReasonCut, 1, 1)
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Lost("a", transport.ReasonCut, 1, 1)
	for _, s := range sw.Stats() {
		if s.Link == link && (s.Dropped[transport.ReasonCut].Frames != 1 || s.Dropped[transport.ReasonCrash].Frames != 1) {
			t.Errorf("dropped were %v", s.Dropped)
		}
	}
}

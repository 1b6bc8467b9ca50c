package transporttest

import (
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

func always(v transport.Verdict) transport.Rule {
	return transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict { return v })
}

var ruleCases = []testCase{
	{"a rule drops frames, which are counted under its reason", func(w *world) {
		a, b := w.node("a"), w.node("b")
		w.sw.SetRule(link("a", "b"), "odd", transport.RuleFunc(func(f transport.Frame, sofar transport.Verdict) transport.Verdict {
			if strings.HasPrefix(string(f.Payload), "odd") {
				return transport.Verdict{Fate: transport.Drop, Reason: "odd"}
			}
			return sofar
		}))
		a.send("b", "odd one")
		a.send("b", "even one")
		b.await("a", "even one")
		if got := w.stats(link("a", "b")).Dropped["odd"]; got != (transport.Dropped{Frames: 1, Bytes: 7}) {
			w.Errorf("dropped as odd: %+v", got)
		}
		w.sw.ClearRule(link("a", "b"), "odd")
		a.send("b", "odd two")
		b.await("a", "odd two")
	}},
	{"held frames wait for Release, and then arrive before later ones", func(w *world) {
		a, b := w.node("a"), w.node("b")
		w.sw.SetRule(link("a", "b"), "hold", always(transport.Verdict{Fate: transport.Hold}))
		a.sendMany("b", "held", 3)
		w.eventually("3 frames are held", func() bool { return w.stats(link("a", "b")).Held == 3 })
		b.hasHeard("a")
		w.sw.ClearRule(link("a", "b"), "hold")
		w.sw.Release(link("a", "b"))
		a.send("b", "last")
		b.await("a", "last")
		b.hasHeard("a", "held 0", "held 1", "held 2", "last")
	}},
	{"held frames are lost when their link is cut or one of its ends is closed", func(w *world) {
		a, b := w.node("a"), w.node("b")
		ab := link("a", "b")
		for i, lose := range []func(){func() { w.cut(ab); w.sw.Mend(ab) }, a.close, b.close} {
			w.sw.SetRule(ab, "hold", always(transport.Verdict{Fate: transport.Hold}))
			a.send("b", "held")
			w.eventually("a frame is held", func() bool { return w.stats(ab).Held == 1 })
			lose()
			if s := w.stats(ab); s.Held != 0 || w.dropped(ab) != uint64(i+1) {
				w.Errorf("%d held; counted:%s", s.Held, w.counted())
			}
			w.sw.ClearRule(ab, "hold")
			w.sw.Release(ab)
			if i == 1 {
				a.open()
			}
		}
		b.open()
		a.send("b", "last")
		b.await("a", "last")
		b.hasHeard("a", "last")
	}},
	{"a delayed frame arrives after its delay, and before later ones", func(w *world) {
		a, b := w.node("a"), w.node("b")
		ab := link("a", "b")
		const delay = 20 * time.Millisecond
		w.sw.SetRule(ab, "slow", always(transport.Verdict{Delay: delay}))
		sent := time.Now()
		a.send("b", "slow")
		w.eventually("the frame has come to the Switch", func() bool {
			s := w.stats(ab)
			return s.Delayed == 1 || s.Frames == 1
		})
		w.sw.ClearRule(ab, "slow")
		a.send("b", "last")
		b.await("a", "slow")
		if after := time.Since(sent); after < delay {
			w.Errorf("it arrived after %v", after)
		}
		b.await("a", "last")
		b.hasHeard("a", "slow", "last")
	}},
	{"delayed frames are lost when their link is cut or one of its ends is closed", func(w *world) {
		a, b := w.node("a"), w.node("b")
		ab := link("a", "b")
		for i, lose := range []func(){func() { w.cut(ab); w.sw.Mend(ab) }, a.close, b.close} {
			w.sw.SetRule(ab, "slow", always(transport.Verdict{Delay: time.Hour}))
			a.send("b", "delayed")
			w.eventually("a frame is delayed", func() bool { return w.stats(ab).Delayed == 1 })
			lose()
			if s := w.stats(ab); s.Delayed != 0 || w.dropped(ab) != uint64(i+1) {
				w.Errorf("%d delayed; counted:%s", s.Delayed, w.counted())
			}
			w.sw.ClearRule(ab, "slow")
			if i == 1 {
				a.open()
			}
		}
	}},
	{"copies of a frame arrive right behind it", func(w *world) {
		a, b := w.node("a"), w.node("b")
		w.sw.SetRule(link("a", "b"), "thrice", always(transport.Verdict{Copies: 2}))
		a.send("b", "first")
		a.send("b", "last")
		w.eventually("all have arrived", func() bool { return b.count("a") >= 6 })
		want := []string{"first", "first", "first", "last", "last", "last"}
		if got := b.received("a"); !slices.Equal(got, want) || w.stats(link("a", "b")).Frames != 6 {
			w.Errorf("b received %q; counted:%s", got, w.counted())
		}
	}},
	{"a rule may put another payload in a frame, shorter or longer", func(w *world) {
		a, b := w.node("a"), w.node("b")
		payloads := []string{"", "x", strings.Repeat("longer", 1000)}
		for _, payload := range payloads {
			w.sw.SetRule(link("a", "b"), "other", always(transport.Verdict{Payload: []byte(payload)}))
			a.send("b", "original")
			b.await("a", payload)
		}
		if got := b.received("a"); !slices.Equal(got, payloads) {
			w.Errorf("b received %.100q", got)
		}
	}},
}

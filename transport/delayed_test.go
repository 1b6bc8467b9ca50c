package transport_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// bubble has a Switch with a and b, who notes what arrives and when. It must run in a
// synctest bubble.
type bubble struct {
	*testing.T
	sw      *transport.Switch
	a, b    *transport.Port
	start   time.Time
	mu      sync.Mutex
	arrived []string
}

func inBubble(t *testing.T, body func(*bubble), options ...transport.Option) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch(options...)
		w := &bubble{T: t, sw: sw, a: attach(t, sw, "a", nil), b: attach(t, sw, "b", &outlet{}), start: time.Now()}
		w.listen(w.b)
		body(w)
		for _, p := range []*transport.Port{w.a, w.b} {
			if err := p.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
	})
}

func (w *bubble) listen(p *transport.Port) {
	go func() {
		var batch transport.Batch
		for p.Take(&batch) {
			for _, payload := range batch.Frames() {
				w.mu.Lock()
				w.arrived = append(w.arrived, fmt.Sprintf("%s %v", payload, time.Since(w.start)))
				w.mu.Unlock()
			}
		}
	}()
}

// give sends frames of the given verdict.
func (w *bubble) give(v transport.Verdict, payloads ...string) {
	w.Helper()
	w.sw.SetRule(ab, "verdict", transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict { return v }))
	send(w.T, w.a, "b", payloads...)
	w.sw.ClearRule(ab, "verdict")
}

// after waits until a time since the start, and checks what has arrived by then.
func (w *bubble) after(since time.Duration, wanted ...string) {
	w.Helper()
	time.Sleep(since - time.Since(w.start))
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	want(w.T, w.arrived, wanted...)
}

func (w *bubble) stats() transport.Stats {
	all := w.sw.Stats()
	return all[slices.IndexFunc(all, func(s transport.Stats) bool { return s.Link == ab })]
}

const ms = time.Millisecond

func late(d time.Duration) transport.Verdict { return transport.Verdict{Delay: d} }

func TestADelayedFrameWaitsForItsTime(t *testing.T) {
	inBubble(t, func(w *bubble) {
		w.give(late(10*ms), "1")
		if s := w.stats(); s.Delayed != 1 || s.Frames != 0 {
			t.Errorf("%d delayed, %d queued", s.Delayed, s.Frames)
		}
		w.after(10*ms - 1)
		w.after(10*ms, "1 10ms")
		if s := w.stats(); s.Delayed != 0 || s.Frames != 1 {
			t.Errorf("%d delayed, %d queued", s.Delayed, s.Frames)
		}
		w.give(late(10*ms), "2") // the timer is made anew
		w.after(30*ms, "1 10ms", "2 20ms")
	})
}

func TestLaterFramesWaitBehindADelayedOne(t *testing.T) {
	inBubble(t, func(w *bubble) {
		w.give(late(10*ms), "1")
		w.give(late(20*ms), "2")
		w.give(late(5*ms), "3")
		send(t, w.a, "b", "4") // without a rule
		time.Sleep(15 * ms)
		w.give(late(10*ms), "5")
		w.after(time.Second, "1 10ms", "2 20ms", "3 20ms", "4 20ms", "5 25ms")
		send(t, w.a, "b", "6") // nothing waits any more
		w.after(time.Second, "1 10ms", "2 20ms", "3 20ms", "4 20ms", "5 25ms", "6 1s")
	})
}

func TestAnOvertakingFrameIsOutsideTheOrder(t *testing.T) {
	inBubble(t, func(w *bubble) {
		w.give(transport.Verdict{Delay: 10 * ms, Overtake: true}, "1")
		send(t, w.a, "b", "2")
		w.give(late(20*ms), "3")
		w.give(transport.Verdict{Delay: 15 * ms, Overtake: true}, "4")
		w.give(transport.Verdict{Overtake: true}, "5")
		if s := w.stats(); s.Delayed != 3 {
			t.Errorf("%d delayed", s.Delayed)
		}
		w.after(12*ms, "2 0s", "5 0s", "1 10ms")
		send(t, w.a, "b", "6") // 3 still waits, though one that overtakes has gone
		w.after(time.Second, "2 0s", "5 0s", "1 10ms", "4 15ms", "3 20ms", "6 20ms")
	})
}

func TestASoonerFrameWakesTheTimerSooner(t *testing.T) {
	inBubble(t, func(w *bubble) {
		w.give(transport.Verdict{Delay: 20 * ms, Overtake: true}, "1")
		w.give(transport.Verdict{Delay: 10 * ms, Overtake: true}, "2")
		w.after(time.Second, "2 10ms", "1 20ms")
	})
}

func TestCopiesComeRightBehindTheirFrame(t *testing.T) {
	inBubble(t, func(w *bubble) {
		w.give(transport.Verdict{Copies: 2}, "1")
		w.give(transport.Verdict{Delay: 10 * ms, Copies: 1}, "2")
		send(t, w.a, "b", "3")
		w.give(transport.Verdict{Copies: -1}, "4")
		w.after(time.Second, "1 0s", "1 0s", "1 0s", "2 10ms", "2 10ms", "3 10ms", "4 10ms")
		w.give(transport.Verdict{Fate: transport.Hold, Copies: 1}, "5")
		if s := w.stats(); s.Held != 2 || s.Frames != 7 {
			t.Errorf("%d held, %d queued", s.Held, s.Frames)
		}
	})
}

func TestAPayloadTakesThePlaceOfTheFramesOwn(t *testing.T) {
	inBubble(t, func(w *bubble) {
		payload := []byte("x")
		w.give(transport.Verdict{Payload: payload}, "1")
		w.give(transport.Verdict{Payload: payload, Delay: ms}, "2")
		w.give(transport.Verdict{Payload: payload, Fate: transport.Hold}, "3")
		payload[0] = 'y' // it was copied
		w.sw.Release(ab)
		w.give(transport.Verdict{Payload: []byte{}}, "4")
		w.after(time.Second, "x 0s", "x 0s", "x 1ms", " 1ms")
		w.give(transport.Verdict{Payload: make([]byte, transport.MaxPayload+1)}, "5")
		if d := w.stats().Dropped[transport.ReasonTooLong]; d.Frames != 1 {
			t.Errorf("too long: %v", d)
		}
	})
}

func TestDelayedFramesAreLostWithTheirLink(t *testing.T) {
	for reason, lose := range map[string]func(*bubble) error{
		transport.ReasonCut:   func(w *bubble) error { defer w.sw.Mend(ab); return w.sw.Cut(w.Context(), ab) },
		transport.ReasonCrash: func(w *bubble) error { return w.a.Close(w.Context()) },
		transport.ReasonDown: func(w *bubble) error {
			err := w.b.Close(w.Context())
			w.b = attach(w.T, w.sw, "b", &outlet{})
			w.listen(w.b)
			return err
		},
	} {
		t.Run(reason, func(t *testing.T) {
			inBubble(t, func(w *bubble) {
				w.give(late(10*ms), "lost", "too")
				w.give(transport.Verdict{Delay: 20 * ms, Overtake: true}, "and")
				if err := lose(w); err != nil {
					t.Error(err)
				}
				s := w.stats()
				if s.Delayed != 0 || s.Dropped[reason] != (transport.Dropped{Frames: 3, Bytes: 10}) {
					t.Errorf("%d delayed, dropped: %v", s.Delayed, s.Dropped)
				}
				w.after(time.Second)
				if reason == transport.ReasonCut {
					send(t, w.a, "b", "next") // waits for nothing
					w.after(time.Second, "next 1s")
					w.give(late(ms), strings.Repeat("x", 90)) // the lost ones take no room
					if s := w.stats(); s.Delayed != 1 {
						t.Errorf("%d delayed", s.Delayed)
					}
				}
			}, transport.WithQueueLimit(100))
		})
	}
}

func TestAFrameThatFindsNobodyAfterItsDelayIsDown(t *testing.T) {
	inBubble(t, func(w *bubble) {
		if err := w.b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		w.give(late(10*ms), "lost")
		if s := w.stats(); s.Delayed != 1 {
			t.Errorf("%d delayed", s.Delayed)
		}
		w.after(time.Second)
		if s := w.stats(); s.Dropped[transport.ReasonDown].Frames != 1 || s.Delayed != 0 {
			t.Errorf("%d delayed, dropped: %v", s.Delayed, s.Dropped)
		}
	})
}

func TestWhatALinkHoldsAndDelaysIsBounded(t *testing.T) {
	inBubble(t, func(w *bubble) {
		for range 10 {
			w.give(transport.Verdict{Fate: transport.Hold}, strings.Repeat("x", 100))
			w.give(late(ms), strings.Repeat("x", 100))
		}
		s := w.stats()
		if s.Held == 0 || s.Delayed == 0 || s.Held+s.Delayed > 9 ||
			s.Held+s.Delayed+int(s.Dropped[transport.ReasonNoRoom].Frames) != 20 {
			t.Errorf("%d held, %d delayed, dropped: %v", s.Held, s.Delayed, s.Dropped)
		}
		w.sw.Release(ab)
		time.Sleep(ms)
		synctest.Wait()
		w.give(late(ms), strings.Repeat("x", 900)) // there is room again
		if s := w.stats(); s.Delayed != 1 {
			t.Errorf("%d delayed, dropped: %v", s.Delayed, s.Dropped)
		}
	}, transport.WithQueueLimit(1000))
}

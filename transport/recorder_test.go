package transport_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// frames says what is recorded of each frame.
func frames(r transport.Recording) (lines []string) {
	for _, f := range r.Frames {
		line := fmt.Sprintf("%v %s %v %v", r.Links[f.Link].Link, f.Prefix, f.Sent, f.Outcome)
		if f.Outcome != transport.Waiting {
			line += fmt.Sprintf(" %v", f.Ended)
		}
		lines = append(lines, strings.TrimSpace(line+" "+f.Reason))
	}
	return lines
}

// recorded has a test in a bubble, with ports a, b and c that nobody takes from.
func recorded(t *testing.T, test func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port), options ...transport.Option) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour) // times are not those of the bubble
		sw := transport.NewSwitch(append([]transport.Option{transport.WithRecord()}, options...)...)
		test(t, sw, attach(t, sw, "a", &outlet{}), attach(t, sw, "b", &outlet{}), attach(t, sw, "c", &outlet{}))
		check(t, sw)
	})
}

// verdict puts a rule with a verdict on a>b, and returns what takes it off.
func verdict(sw *transport.Switch, v transport.Verdict) func() {
	sw.SetRule(ab, "verdict", transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict { return v }))
	return func() { sw.ClearRule(ab, "verdict") }
}

func TestAFrameIsRecordedFromSendToTake(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		send(t, a, "b", "1")
		time.Sleep(ms)
		send(t, c, "b", "2")
		send(t, b, "c", "3")
		want(t, frames(sw.Recorded()), "a>b 1 0s waiting", "c>b 2 1ms waiting", "b>c 3 1ms waiting")
		time.Sleep(ms)
		take(b)
		send(t, a, "b", "4")
		time.Sleep(ms)
		take(c)
		want(t, frames(sw.Recorded()), "a>b 1 0s delivered 2ms", "c>b 2 1ms delivered 2ms", "b>c 3 1ms delivered 3ms", "a>b 4 2ms waiting")
	})
}

func TestARecordingKnowsItsBeginAndLinks(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		began := time.Now()
		time.Sleep(ms)
		send(t, c, "b", "1")
		send(t, a, "c", "2")
		send(t, a, "b", "3")
		r := sw.Recorded()
		var links []string
		for _, l := range r.Links {
			links = append(links, l.String())
		}
		want(t, links, "a>b", "c>b", "a>c")
		if !r.Began.Equal(began) || r.Complete != 0 {
			t.Errorf("it began at %v, not %v, and is complete from %v on", r.Began, began, r.Complete)
		}
	})
	if r := transport.NewSwitch().Recorded(); r.Links != nil || !r.Began.IsZero() {
		t.Errorf("without WithRecord there is %v", r)
	}
}

func TestABurstIsRecorded(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		burst := a.NewBurst()
		for i, to := range []transport.Address{"b", "b", "c", "b"} {
			if err := burst.Send(to, fmt.Append(nil, i)); err != nil {
				t.Error(err)
			}
		}
		burst.End()
		time.Sleep(ms)
		take(b)
		want(t, frames(sw.Recorded()), "a>b 0 0s delivered 1ms", "a>b 1 0s delivered 1ms", "a>b 3 0s delivered 1ms", "a>c 2 0s waiting")
	})
}

func TestWhatIsMovedAtOnceIsRecorded(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, _, _ *transport.Port) {
		d := attach(t, sw, "d", &moving{})
		go take(d)
		synctest.Wait()
		time.Sleep(ms)
		send(t, a, "d", "1", "2")
		want(t, frames(sw.Recorded()), "a>d 1 1ms delivered 1ms", "a>d 2 1ms delivered 1ms")
		if err := d.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// moving is an outlet that moves all frames itself.
type moving struct{ outlet }

func (*moving) Move([]byte) bool { return true }

func TestWhoWaitsInTakeHasTheTimeOfTheFrame(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		go take(b)
		synctest.Wait()
		time.Sleep(ms)
		send(t, a, "b", "1")
		synctest.Wait()
		want(t, frames(sw.Recorded()), "a>b 1 1ms delivered 1ms")
	})
}

// TestTakeReadsTheClockItself is in real time, in which it takes a while to wake.
func TestTakeReadsTheClockItself(t *testing.T) {
	sw := transport.NewSwitch(transport.WithRecord())
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	for range 100 {
		took := make(chan []string)
		go func() { took <- take(b) }()
		for !b.Waits() {
			runtime.Gosched()
		}
		send(t, a, "b", "x")
		<-took
	}
	if !slices.ContainsFunc(sw.Recorded().Frames, func(f transport.RecordedFrame) bool { return f.Ended > f.Sent }) {
		t.Error("all were taken the moment they were sent")
	}
}

func TestHeldAndDelayedFramesAreRecordedWhenTheyWereSent(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		time.Sleep(ms)
		off := verdict(sw, transport.Verdict{Fate: transport.Hold})
		send(t, a, "b", "r", "d", "h")
		off()
		off = verdict(sw, transport.Verdict{Delay: 10 * ms, Copies: 1})
		send(t, a, "b", "l")
		off()
		want(t, frames(sw.Recorded()), "a>b r 1ms waiting", "a>b d 1ms waiting", "a>b h 1ms waiting", "a>b l 1ms waiting", "a>b l 1ms waiting")
		time.Sleep(ms)
		sw.ReleaseOne(ab, 1)
		time.Sleep(ms)
		take(b)
		sw.DropOne(ab, 2)
		time.Sleep(12 * ms)
		want(t, frames(sw.Recorded()), "a>b r 1ms delivered 3ms", "a>b d 1ms lost 3ms dropped", "a>b l 1ms waiting", "a>b l 1ms waiting", "a>b h 1ms waiting")
		take(b)
		sw.Release(ab)
		want(t, frames(sw.Recorded()), "a>b r 1ms delivered 3ms", "a>b d 1ms lost 3ms dropped", "a>b l 1ms delivered 15ms", "a>b l 1ms delivered 15ms", "a>b h 1ms waiting")
	})
}

func TestLossesAreRecordedWithTheirReasonAndTime(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(t *testing.T, sw *transport.Switch, a, b *transport.Port)
		want []string
	}{
		"rule": {func(t *testing.T, sw *transport.Switch, a, _ *transport.Port) {
			verdict(sw, transport.Verdict{Fate: transport.Drop, Reason: "loss"})
			send(t, a, "b", "x")
		}, []string{"a>b x 1ms lost 1ms loss"}},
		"cut": {func(t *testing.T, sw *transport.Switch, a, _ *transport.Port) {
			cutAs(t, sw, "cut")
			send(t, a, "b", "x")
		}, []string{"a>b x 1ms lost 1ms cut"}},
		"down": {func(t *testing.T, _ *transport.Switch, a, _ *transport.Port) {
			send(t, a, "nobody", "x")
		}, []string{"a>nobody x 1ms lost 1ms down"}},
		"no room": {func(t *testing.T, _ *transport.Switch, a, _ *transport.Port) {
			send(t, a, "b", strings.Repeat("x", 70), strings.Repeat("y", 50))
		}, []string{"a>b " + strings.Repeat("x", 70) + " 1ms waiting", "a>b " + strings.Repeat("y", 50) + " 1ms lost 1ms no room"}},
		"no room to wait": {func(t *testing.T, sw *transport.Switch, a, _ *transport.Port) {
			off := verdict(sw, transport.Verdict{Fate: transport.Hold})
			send(t, a, "b", strings.Repeat("x", 95))
			off()
			verdict(sw, transport.Verdict{Delay: ms})
			send(t, a, "b", "y")
		}, []string{"a>b y 1ms lost 1ms no room", "a>b " + strings.Repeat("x", 95) + " 1ms waiting"}},
		"too long": {func(t *testing.T, sw *transport.Switch, a, _ *transport.Port) {
			verdict(sw, transport.Verdict{Payload: make([]byte, transport.MaxPayload+1)})
			send(t, a, "b", "x")
		}, []string{"a>b " + strings.Repeat("\x00", transport.PrefixLength) + " 1ms lost 1ms too long"}},
	} {
		t.Run(name, func(t *testing.T) {
			recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
				time.Sleep(ms)
				c.do(t, sw, a, b)
				want(t, frames(sw.Recorded()), c.want...)
			}, transport.WithQueueLimit(101))
		})
	}
}

// TestWhatWaitsIsLostWhenItsLinkIs has a frame in the queue, one that is held and one that is delayed.
func TestWhatWaitsIsLostWhenItsLinkIs(t *testing.T) {
	for reason, lose := range map[string]func(t *testing.T, sw *transport.Switch, a, b *transport.Port) error{
		transport.ReasonCut: func(t *testing.T, sw *transport.Switch, _, _ *transport.Port) error {
			return sw.Cut(t.Context(), ab)
		},
		transport.ReasonCrash: func(t *testing.T, _ *transport.Switch, a, _ *transport.Port) error { return a.Close(t.Context()) },
		transport.ReasonDown:  func(t *testing.T, _ *transport.Switch, _, b *transport.Port) error { return b.Close(t.Context()) },
	} {
		t.Run(reason, func(t *testing.T) {
			recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
				send(t, a, "b", "taken")
				take(b)
				send(t, c, "b", "other")
				send(t, a, "b", "queued")
				off := verdict(sw, transport.Verdict{Fate: transport.Hold})
				send(t, a, "b", "held")
				off()
				off = verdict(sw, transport.Verdict{Delay: 10 * ms})
				send(t, a, "b", "delayed")
				off()
				time.Sleep(5 * ms)
				if err := lose(t, sw, a, b); err != nil {
					t.Error(err)
				}
				other := "c>b other 0s waiting"
				if reason == transport.ReasonDown {
					other = "c>b other 0s lost 5ms down"
				}
				want(t, frames(sw.Recorded()), "a>b taken 0s delivered 0s", other, "a>b queued 0s lost 5ms "+reason,
					"a>b held 0s lost 5ms "+reason, "a>b delayed 0s lost 5ms "+reason)
			})
		})
	}
}

func TestWhatIsGivenUpBehindTheQueueIsOfTheLatest(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		send(t, a, "b", "1", "2", "3")
		send(t, c, "b", "4")
		take(b)
		send(t, a, "b", "5")
		time.Sleep(ms)
		b.Lost("a", "refused", 1, 1)
		time.Sleep(ms)
		b.Lost("a", "spurned", 1, 1)
		want(t, frames(sw.Recorded()), "a>b 1 0s delivered 0s", "a>b 2 0s lost 2ms spurned", "a>b 3 0s lost 1ms refused",
			"c>b 4 0s delivered 0s", "a>b 5 0s waiting")
		take(b)
		time.Sleep(ms)
		b.Lost("a", "refused", 2, 2)
		want(t, frames(sw.Recorded()), "a>b 1 0s lost 3ms refused", "a>b 2 0s lost 2ms spurned", "a>b 3 0s lost 1ms refused",
			"c>b 4 0s delivered 0s", "a>b 5 0s lost 3ms refused")
	})
}

func TestManyFramesMayBeGivenUpOneByOne(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		const n = 3000
		for range n {
			send(t, a, "b", "x")
		}
		take(b)
		time.Sleep(ms)
		for range n {
			b.Lost("a", "refused", 1, 1)
		}
		for i, f := range sw.Recorded().Frames {
			if f.Outcome != transport.Lost || f.Ended != ms {
				t.Fatalf("frame %d: %+v", i, f)
			}
		}
	})
}

// TestWhatIsGivenUpLateIsOwed has the frames that were given up lie farther back than is looked for them.
func TestWhatIsGivenUpLateIsOwed(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		send(t, a, "b", "1", "2")
		take(b)
		for range 1025 {
			send(t, c, "b", "x")
		}
		take(b)
		b.Lost("a", "refused", 1, 1)
		check(t, sw)
		r := sw.Recorded()
		r.Frames = r.Frames[:2]
		want(t, frames(r), "a>b 1 0s lost 0s refused", "a>b 2 0s delivered 0s")
	})
}

func TestFramesUnderWayAreRecorded(t *testing.T) {
	withSteps(t, 1, nil, func(steps *transport.Steps) {
		sw := transport.NewSwitch(transport.WithRecord(), transport.WithSteps(steps))
		a, b := attach(t, sw, "a", &outlet{}), attach(t, sw, "b", &outlet{})
		send(t, a, "b", "1")
		want(t, frames(sw.Recorded()), "a>b 1 0s waiting")
		time.Sleep(ms)
		take(b)
		time.Sleep(ms)
		off := verdict(sw, transport.Verdict{Fate: transport.Hold})
		send(t, a, "b", "2")
		off()
		time.Sleep(ms)
		sw.Release(ab)
		send(t, a, "b", "3")
		if l := sw.Recorded().Links[0]; l.UnderWay != 2 || l.Queued != 0 {
			t.Errorf("%d are under way, %d queued", l.UnderWay, l.Queued)
		}
		cutAs(t, sw, "cut")
		want(t, frames(sw.Recorded()), "a>b 1 0s delivered 1ms", "a>b 2 2ms lost 3ms cut", "a>b 3 3ms lost 3ms cut")
		check(t, sw)
	})
}

package actor_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

// narrow is a link as a router has it: it sends so many bytes a second, and drops what
// would have to wait for longer than the depth of its queue.
type narrow struct {
	rate  int
	depth time.Duration

	mu      sync.Mutex
	free    time.Time
	dropped int
}

// Judge delays the frame until it has gone out, or drops it.
func (n *narrow) Judge(f transport.Frame, v transport.Verdict) transport.Verdict {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if n.free.Before(now) {
		n.free = now
	}
	if n.free.Sub(now) > n.depth {
		n.dropped++
		v.Fate, v.Reason = transport.Drop, "queue"
		return v
	}
	n.free = n.free.Add(time.Duration(len(f.Payload)) * time.Second / time.Duration(n.rate))
	v.Delay += n.free.Sub(now)
	return v
}

type blob struct {
	Name string
	Data []byte
}

// collect spawns an actor that traces the names of what it gets, with the seconds since
// the start.
func collect(t *testing.T, s *actor.System, name string, tr *trace) {
	spawnAs(t, s, name, func(_ *actor.Context[blob], b blob) error { tr.add("%s got %s", name, b.Name); return nil })
}

func both(sw *transport.Switch, name string, rule func(transport.Link) transport.Rule) {
	for _, l := range []transport.Link{{From: "a", To: "b"}, {From: "b", To: "a"}} {
		sw.SetRule(l, name, rule(l))
	}
}

func TestSmallMessagesPassALongOne(t *testing.T) {
	const mega = 1_000_000
	for _, rate := range []int{64_000, mega, 100 * mega} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sw, a, b := pair(t)
				link := &narrow{rate: rate, depth: 200 * time.Millisecond}
				sw.SetRule(transport.Link{From: "a", To: "b"}, "narrow", link)
				long := min(12<<20, 12*rate)
				done := make(chan time.Time, 1)
				spawnAs(t, b, "long", func(_ *actor.Context[blob], m blob) error { done <- time.Now(); return nil })
				var worst time.Duration
				beats := 0
				spawnAs(t, b, "beat", func(_ *actor.Context[time.Time], at time.Time) error {
					worst = max(worst, time.Since(at))
					beats++
					return nil
				})
				began := time.Now()
				actor.RefAt[blob](a, "b", "/long").Tell(blob{"long", make([]byte, long)})
				sent := 0
				for beat := actor.RefAt[time.Time](a, "b", "/beat"); ; sent++ {
					beat.Tell(time.Now())
					time.Sleep(50 * time.Millisecond)
					if len(done) > 0 {
						break
					}
					if time.Since(began) > time.Minute {
						t.Fatal("the long message does not arrive")
					}
				}
				time.Sleep(time.Second)
				synctest.Wait()
				ideal := time.Duration(float64(long) / float64(rate) * float64(time.Second))
				if took := (<-done).Sub(began); took > ideal*115/100+500*time.Millisecond {
					t.Errorf("it took %s, want about %s", took, ideal)
				}
				if most := 200 * time.Millisecond; beats < sent*95/100 || worst > most {
					t.Errorf("%d of %d small ones arrived, the slowest after %s; %d frames were dropped", beats, sent, worst, link.dropped)
				}
			})
		})
	}
}

func TestLongMessagesKeepTheOrderOfAnActor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		collect(t, b, "x", &tr)
		collect(t, b, "y", &tr)
		both(sw, "latency", func(l transport.Link) transport.Rule {
			return fault.Fault{Kind: fault.Latency, Delay: fault.Constant(10 * time.Millisecond)}.Rule(l, nil)
		})
		x, y := actor.RefAt[blob](a, "b", "/x"), actor.RefAt[blob](a, "b", "/y")
		x.Tell(blob{"1", make([]byte, 1<<20)})
		x.Tell(blob{"2", nil})
		x.Tell(blob{"3", make([]byte, 1<<19)})
		y.TellLast(blob{"last", nil})
		y.Tell(blob{"behind", nil})
		actor.RefAt[blob](a, "b", "/none").Tell(blob{"nobody", nil})
		time.Sleep(time.Minute)
		tr.expect(t, "x got 1", "x got 2", "x got 3", "y got last", "y got behind")
	})
}

func TestAnotherActorIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		collect(t, b, "x", &tr)
		collect(t, b, "y", &tr)
		sw.SetRule(transport.Link{From: "a", To: "b"}, "narrow", &narrow{rate: 1_000_000, depth: time.Second})
		actor.RefAt[blob](a, "b", "/x").Tell(blob{"long", make([]byte, 4<<20)})
		actor.RefAt[blob](a, "b", "/y").Tell(blob{"half as long", make([]byte, 2<<20)})
		actor.RefAt[blob](a, "b", "/y").Tell(blob{"short", nil})
		actor.RefAt[blob](a, "b", "/z").Tell(blob{"nobody", nil})
		time.Sleep(time.Minute)
		tr.expect(t, "y got half as long", "y got short", "x got long")
	})
}

// Chunks that are lost are sent again; those that come twice do no harm.
func TestALongMessageIsHandledOnce(t *testing.T) {
	for _, f := range []fault.Fault{
		{Kind: fault.Loss, Share: 0.1},
		{Kind: fault.Duplication, Share: 1},
		{Kind: fault.Reordering, Share: 0.3, Delay: fault.Constant(5 * time.Millisecond)},
	} {
		synctest.Test(t, func(t *testing.T) {
			var tr trace
			sw, a, b := pair(t)
			collect(t, b, "x", &tr)
			both(sw, "latency", func(l transport.Link) transport.Rule {
				return fault.Fault{Kind: fault.Latency, Delay: fault.Constant(time.Millisecond)}.Rule(l, nil)
			})
			both(sw, "fault", func(l transport.Link) transport.Rule { return f.Rule(l, nil) })
			actor.RefAt[blob](a, "b", "/x").Tell(blob{"long", make([]byte, 4<<20)})
			time.Sleep(time.Minute)
			tr.expect(t, "x got long")
		})
	}
}

func TestALongMessageSurvivesAShortCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		collect(t, b, "x", &tr)
		ab := transport.Link{From: "a", To: "b"}
		if err := sw.Cut(t.Context(), ab); err != nil {
			t.Fatal(err)
		}
		actor.RefAt[blob](a, "b", "/x").Tell(blob{"long", make([]byte, 1<<20)})
		time.Sleep(5 * time.Second)
		sw.Mend(ab)
		time.Sleep(3 * time.Second)
		tr.expect(t, "x got long")
	})
}

func TestALongMessageIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, _ := pair(t)
		deadLetters(a, &tr)
		if err := sw.Cut(t.Context(), transport.Link{From: "a", To: "b"}); err != nil {
			t.Fatal(err)
		}
		x := actor.RefAt[blob](a, "b", "/x")
		began := time.Now()
		_, err := actor.Ask(t.Context(), x, func(actor.Ref[int]) blob { return blob{"", make([]byte, 1<<20)} })
		if took := time.Since(began); !errors.Is(err, actor.ErrNoAnswer) || took > time.Minute {
			t.Errorf("%v after %s", err, took)
		}
		if synctest.Wait(); a.DeadLetters() != 1 {
			t.Error(a.DeadLetters(), "dead letters, want 1")
		}
	})
}

func TestALongMessageEndsWithTheLifeOfItsReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw := transport.NewSwitch()
		network := chanpair.New(sw)
		a := newSystem(t, actor.WithNetwork(network, "a"))
		b := newSystem(t, actor.WithNetwork(network, "b"))
		collect(t, b, "x", &tr)
		sw.SetRule(transport.Link{From: "a", To: "b"}, "narrow", &narrow{rate: 1_000_000, depth: time.Second})
		x := actor.RefAt[blob](a, "b", "/x")
		x.Tell(blob{"hello", nil})
		done := make(chan error, 1)
		go func() {
			_, err := actor.Ask(context.Background(), x, func(actor.Ref[int]) blob { return blob{"long", make([]byte, 8<<20)} })
			done <- err
		}()
		time.Sleep(2 * time.Second)
		tr.expect(t, "x got hello")
		b.Kill()
		b = newSystem(t, actor.WithNetwork(network, "b"))
		collect(t, b, "x", &tr)
		time.Sleep(time.Second)
		actor.RefAt[blob](b, "a", "/whoever").Tell(blob{})
		if err := <-done; !errors.Is(err, actor.ErrNodeDown) {
			t.Errorf("got %v", err)
		}
		x.Tell(blob{"new", make([]byte, 1<<20)})
		time.Sleep(time.Minute)
		tr.expect(t, "x got new")
	})
}

func TestTerminatedComesAfterALongMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		watcher := hooked{trace: &tr, name: "watcher"}
		dying := spawnAs(t, b, "dying", func(ctx *actor.Context[actor.Ref[string]], to actor.Ref[string]) error {
			to.Tell(string(make([]byte, 2<<20)))
			ctx.StopSelf()
			return nil
		})
		watcher.do = func(ctx *actor.Context[string], m string) error {
			if m == "watch" {
				ctx.Watch(actor.RefAt[int](a, "b", "/dying"))
			}
			return nil
		}
		w := watcher.spawn(t, a)
		w.Tell("watch")
		time.Sleep(time.Second)
		sw.SetRule(transport.Link{From: "b", To: "a"}, "narrow", &narrow{rate: 1_000_000, depth: time.Second})
		dying.Tell(carry(t, a, b, w))
		time.Sleep(time.Second)
		tr.expect(t, "watcher starts", "watcher got watch")
		time.Sleep(5 * time.Second)
		tr.expect(t, "watcher got "+string(make([]byte, 2<<20)), "watcher hears b/dying stopped")
	})
}

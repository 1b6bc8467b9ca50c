package actor_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type unsendable struct {
	ID   int
	Done chan int
}

func TestWhatCannotBeEncodedFailsAtSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		var log bytes.Buffer
		quiet := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))
		_, a, b := pair(t, actor.WithLogger(quiet))
		deadLetters(a, &tr)
		spawnAs(t, b, "x", func(*actor.Context[unsendable], unsendable) error { tr.add("arrived"); return nil })

		const cause = `actor: send actor_test.unsendable to "b/x": ` +
			`codec: actor_test.unsendable: field Done: chan int cannot be encoded`
		ref := actor.RefAt[unsendable](a, "b", "/x")
		if err := ref.Send(unsendable{ID: 1}); err == nil || err.Error() != cause {
			t.Fatalf("got  %v\nwant %s", err, cause)
		}
		tr.expect(t, "dead letter {1 <nil>} to b/x: "+cause)
		if n := a.DeadLetters(); n != 1 {
			t.Fatal("dead letters:", n)
		}
		if s := log.String(); !strings.Contains(s, "level=ERROR") || !strings.Contains(s, "field Done: chan int") {
			t.Fatal("log:", s)
		}
		_, err := actor.Ask(t.Context(), ref, func(actor.Ref[int]) unsendable { return unsendable{} })
		if err == nil || err.Error() != cause {
			t.Fatalf("got  %v\nwant %s", err, cause)
		}
	})
}

func TestWhatCannotBeEncodedWorksLocally(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		ref := spawn(t, newSystem(t), func(_ *actor.Context[unsendable], m unsendable) error {
			close(m.Done)
			tr.add("closed")
			return nil
		})
		ref.Tell(unsendable{Done: make(chan int)})
		tr.expect(t, "closed")
	})
}

type command interface{ isCommand() }

type (
	registered   struct{ N int }
	unregistered struct{ N int }
)

func (registered) isCommand()   {}
func (unregistered) isCommand() {}

func TestInterfaceMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		actor.Register[registered]()
		var tr trace
		_, a, b := pair(t)
		spawnAs(t, b, "x", func(_ *actor.Context[command], m command) error { tr.add("%T %v", m, m); return nil })
		ref := actor.RefAt[command](a, "b", "/x")
		ref.Tell(registered{1})
		tr.expect(t, "actor_test.registered {1}")
		err := ref.Send(unregistered{2})
		if err == nil || !strings.Contains(err.Error(), "unregistered") {
			t.Fatal(err)
		}
		if b.DeadLetters() != 0 || a.DeadLetters() != 1 {
			t.Fatal("it must fail at the sender")
		}
	})
}

func TestDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr, ofB trace
		_, a, b := pair(t)
		deadLetters(a, &tr)
		deadLetters(b, &ofB)
		gone := spawnAs(t, a, "gone", ignore)
		distant := carry(t, a, b, gone)
		end(t, a, gone)

		gone.Tell(1)
		tr.expect(t, `dead letter 1 to a/gone: actor: send int to "a/gone": no such actor`)
		distant.Tell(1)
		tr.expect(t, `dead letter <nil> to a/gone: actor: message from "b" to "a/gone": no such actor`)
		again := spawnAs(t, a, "gone", ignore)
		distant.Tell(1) // not for the new actor of that name
		tr.expect(t, `dead letter <nil> to a/gone: actor: message from "b" to "a/gone": no such actor`)
		actor.RefAt[int](b, "a", "/gone").Tell(1) // this is for whoever is there
		tr.expect(t)
		actor.RefAt[string](b, "a", "/gone").Tell("x")
		tr.expect(t, `dead letter <nil> to a/gone: actor: message from "b" to "a/gone": wrong message type: want int`)
		ofB.expect(t, `dead letter x to a/gone: actor: send string to "a/gone": wrong message type: want int`) // at the sender
		actor.RefAt[string](a, "a", "/gone").Tell("x")
		tr.expect(t, `dead letter x to a/gone: actor: send string to "a/gone": wrong message type`)
		actor.RefAt[int](a, "a", "/none").Tell(1)
		tr.expect(t, `dead letter 1 to a/none: actor: send int to "a/none": no such actor`)
		if err := (actor.Ref[int]{}).Send(1); err == nil || err.Error() != "actor: send int: zero Ref: no such actor" {
			t.Fatal(err)
		}
		if a.DeadLetters() != 6 || b.DeadLetters() != 1 || again.Send(1) != nil {
			t.Fatal(a.DeadLetters(), b.DeadLetters())
		}
	})
}

func TestMailboxOfStoppedActorIsDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		deadLetters(sys, &tr)
		ref := spawnAs(t, sys, "x", func(ctx *actor.Context[int], n int) error {
			if n == 0 {
				time.Sleep(time.Second)
				ctx.StopSelf()
				return nil
			}
			return ctx.Stash()
		})
		for _, n := range []int{1, 0, 2, 3} {
			ref.Tell(n)
		}
		time.Sleep(2 * time.Second)
		tr.expect(t, "dead letter 1 to /x: no such actor", "dead letter 2 to /x: no such actor", "dead letter 3 to /x: no such actor")
	})
}

func TestMailboxCapacity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		deadLetters(sys, &tr)
		ref := spawnAs(t, sys, "x", func(_ *actor.Context[int], n int) error {
			tr.add("%d", n)
			time.Sleep(time.Second)
			return nil
		}, actor.WithMailboxCapacity(2))
		ref.Tell(0)
		tr.expect(t, "0")
		for n := range 4 {
			ref.Tell(n)
		}
		const full = `to /x: actor: send int to "/x": mailbox full`
		tr.expect(t, "dead letter 2 "+full, "dead letter 3 "+full)
		time.Sleep(3 * time.Second)
		tr.expect(t, "0", "1")
	})
}

// An actor that hears of dead letters and has died must not hear of its own for ever.
func TestDeadSubscriber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys := newSystem(t)
		ref := spawn(t, sys, func(*actor.Context[actor.DeadLetter], actor.DeadLetter) error { return nil })
		actor.Subscribe(sys, ref.Tell)
		end(t, sys, ref)
		spawn(t, sys, ignore)
		actor.RefAt[int](sys, "", "/none").Tell(1)
		if n := sys.DeadLetters(); n != 2 {
			t.Fatal("dead letters:", n)
		}
	})
}

func TestGarbageFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := chanpair.New(transport.NewSwitch())
		a := newSystem(t, actor.WithNetwork(network, "a"))
		spawnAs(t, a, "x", ignore)
		raw, err := network.Open("raw", func(transport.Address, []byte) {})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = raw.Close() }()
		for kind := range 10 {
			frame := append([]byte{byte(kind)}, bytes.Repeat([]byte{1, 0, 0, 0, 0, 0, 0, 0}, 1)...)
			frame = append(frame, make([]byte, 8)...)
			for n := range 12 {
				_ = raw.Send("a", frame[:min(n, len(frame))])
				_ = raw.Send("a", append(frame, bytes.Repeat([]byte{0xff}, n)...))
				_ = raw.Send("a", append(frame, bytes.Repeat([]byte{2}, n)...))
			}
		}
		synctest.Wait()
	})
}

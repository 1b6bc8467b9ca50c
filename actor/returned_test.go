package actor_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/internal/codec"
)

// order is a message that the node "b" cannot decode, as if it did not know a type in it.
type order struct {
	Body  strange
	Reply actor.Ref[strange]
}

type strange struct{ size int }

func (s strange) AppendWire(buf []byte) ([]byte, error) {
	if s.size < 0 {
		return buf, errors.New("too strange")
	}
	return append(buf, make([]byte, s.size)...), nil
}

func (s *strange) DecodeWire(data []byte, env any) error {
	s.size = len(data)
	if sys, ok := env.(*actor.System); ok && sys.Address() == "b" {
		_, err := codec.Decode([]byte("\x18example.org/orders.Place"), nil)
		return err
	}
	return nil
}

const unknownToB = `"b" does not know the type example.org/orders.Place: call actor.Register for it in the program of that node`

func wantUnknown(t *testing.T, began time.Time, err error, want string) {
	t.Helper()
	if !errors.Is(err, actor.ErrUnknownType) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if took := time.Since(began); took > 100*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

func TestUnknownTypeFailsAnAskAtOnce(t *testing.T) {
	for _, size := range []int{1, 1 << 20} {
		synctest.Test(t, func(t *testing.T) {
			_, a, b := pair(t)
			spawnAs(t, b, "x", func(*actor.Context[order], order) error { t.Error("handled"); return nil })
			x := actor.RefAt[order](a, "b", "/x")
			// The relay passes the message on, as a router does, or a region.
			relay := spawn(t, a, func(_ *actor.Context[order], o order) error { x.Tell(o); return nil })
			for _, ref := range []actor.Ref[order]{x, relay} {
				began := time.Now()
				_, err := actor.Ask(t.Context(), ref, func(reply actor.Ref[strange]) order { return order{strange{size}, reply} })
				wantUnknown(t, began, err, `actor: ask "`+ref.String()+`": `+unknownToB)
			}
		})
	}
}

func TestUnknownTypeIsADeadLetterOnBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var atA, atB trace
		_, a, b := pair(t)
		deadLetters(a, &atA)
		deadLetters(b, &atB)
		spawnAs(t, b, "x", func(*actor.Context[order], order) error { return nil })
		actor.RefAt[order](a, "b", "/x").Tell(order{Body: strange{3}})
		atB.expect(t, `dead letter <nil> to b/x: actor: message from "a" to "b/x": `+unknownToB)
		atA.expect(t, `dead letter {{3} (no actor)} to b/x: actor: send actor_test.order to "b/x": `+unknownToB)
	})
}

func TestUnknownTypeOfAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		spawnAs(t, a, "x", func(_ *actor.Context[actor.Ref[strange]], to actor.Ref[strange]) error {
			to.Tell(strange{1})
			return nil
		})
		spawnAs(t, a, "y", func(_ *actor.Context[actor.Ref[strange]], to actor.Ref[strange]) error {
			to.Tell(strange{-1})
			return nil
		})
		began := time.Now()
		same := func(reply actor.Ref[strange]) actor.Ref[strange] { return reply }
		_, err := actor.Ask(t.Context(), actor.RefAt[actor.Ref[strange]](b, "a", "/x"), same)
		wantUnknown(t, began, err, `actor: ask "a/x": `+unknownToB)
		_, err = actor.Ask(t.Context(), actor.RefAt[actor.Ref[strange]](b, "a", "/y"), same)
		const want = `actor: ask "a/y": actor: send actor_test.strange to "b/$ask": codec: actor_test.strange: too strange`
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}

func TestWrongTypeFailsAnAskThatWasPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		spawnAs(t, b, "x", ignore)
		x := actor.RefAt[question](a, "b", "/x")
		relay := spawn(t, a, func(_ *actor.Context[[]question], q []question) error { x.Tell(q[0]); return nil })
		_, err := actor.Ask(t.Context(), relay, func(reply actor.Ref[string]) []question { return []question{{"reply", reply}} })
		want := `actor: ask "` + relay.String() + `" with []actor_test.question for string: wrong message type: want int`
		if !errors.Is(err, actor.ErrMessageType) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}

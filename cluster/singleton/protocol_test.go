package singleton

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// forge sends a node's keeper a message of another node's.
func (l *itLab) forge(from, to transport.Address, m message[string]) {
	m.From = lifeOf(l.Nodes[from].Self())
	if m.To == (life{}) {
		m.To = lifeOf(l.Nodes[to].Self())
	}
	actor.RefAt[message[string]](l.Nodes[from].System(), to, "/"+keeperPrefix+"it").Tell(m)
	synctest.Wait()
}

// fake spawns what could be an instance.
func (l *itLab) fake(on transport.Address) actor.Ref[string] {
	l.Helper()
	ref, err := actor.SpawnFunc(l.Nodes[on].System(), "fake", func(_ *actor.Context[string], m string) error {
		l.note("fake %s", m)
		return nil
	})
	l.Must(err)
	return ref
}

func TestNewsOfAnotherInstanceIsIgnoredWhileThereIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.at("a")
		l.forge("c", "b", message[string]{Kind: here, Generation: 7, Instance: l.fake("c")})
		l.at("a")
	})
}

func TestLateNewsOfAnInstanceIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.tell("b", "stop") // and a new one comes only after a while
		l.expect("start a", "stop a")
		l.forge("a", "b", message[string]{Kind: here, Generation: 1, Instance: l.fake("a")})
		l.tell("b", "1")
		time.Sleep(time.Second)
		l.expect("start a", "a 1")
	})
}

func TestMessagesForAnotherLifeAreIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b")
		l.expect("start a")
		l.forge("b", "a", message[string]{Kind: yield, To: life{Address: "a", Incarnation: 99}})
		l.expect()
		l.forge("b", "a", message[string]{Kind: yield})
		l.expect("stop a", "start b")
	})
}

// TestNothingStartsWhileAnInstanceIsKnownElsewhere has a member run one that, by the
// view, should not. That happens when clusters meet.
func TestNothingStartsWhileAnInstanceIsKnownElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.tell("b", "stop")
		l.expect("start a", "stop a")
		fake := l.fake("c")
		l.forge("c", "b", message[string]{Kind: here, Generation: 1, Instance: fake})
		l.tell("b", "1")
		l.expect("fake 1")
		if err := l.Nodes["a"].Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		l.expect()
		if err := l.Nodes["c"].System().StopActor(t.Context(), fake); err != nil {
			t.Fatal(err)
		}
		l.expect("start b")
	})
}

// TestLaterLifeAnswersForAnEarlierOne asks a node that was started anew about what it was
// before.
func TestLaterLifeAnswersForAnEarlierOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Lives = 7
		l.start("a")
		l.join("b")
		_, err := actor.SpawnFunc(l.Nodes["b"].System(), keeperPrefix+"it", func(_ *actor.Context[message[string]], m message[string]) error {
			if m.Kind == stopped {
				l.note("%s#%d has stopped for good: %t", m.Of.Address, m.Of.Incarnation, m.ForGood)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		l.forge("b", "a", message[string]{Kind: yield, To: life{Address: "a", Incarnation: 3}})
		l.expect("start a", "a#3 has stopped for good: true")
	})
}

// TestNextHostWaitsForAnAnswer has the next host see that the older one leaves, but not
// hear from it whether it has stopped.
func TestNextHostWaitsForAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Options = []cluster.Option{cluster.WithDetector(cluster.Deadline(time.Second, time.Hour))}
		l.start("a")
		l.join("b")
		l.AwaitUp()
		l.start("c", "d")
		l.expect("start a")
		l.Crash("d") // nobody notices, and so a is not removed
		l.Cut("a", "b")
		l.run("b") // which so cannot find the instance
		go func() { _ = l.Nodes["a"].Leave(l.Within(time.Minute)) }()
		l.Await(time.Minute, "b sees a leave, by way of c", func(v cluster.View) bool { return len(v.With(cluster.Leaving)) == 1 }, "b")
		time.Sleep(10 * time.Second)
		l.expect("stop a")
		l.Heal("a", "b")
		time.Sleep(200 * time.Millisecond)
		l.expect("start b")
		if m, _ := l.Nodes["b"].View().Member("a"); m.Status != cluster.Leaving {
			t.Errorf("a is %s; this test wants it to be there still", m.Status)
		}
	})
}

package singleton

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

func TestBufferThatIsFullSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithBuffer(3))
		l.start("a", "b")
		l.at("a")
		var dropped []string
		actor.Subscribe(l.Nodes["b"].System(), func(d actor.DeadLetter) {
			if !errors.Is(d.Cause, ErrBufferFull) {
				return
			}
			dropped = append(dropped, fmt.Sprint(d.To, " ", d.Message))
			want := `singleton: message string to "b/singleton:it": buffer full`
			if d.Cause.Error() != want {
				t.Errorf("got %s, want %s", d.Cause, want)
			}
		})
		l.Crash("a")
		l.AwaitUp()
		l.past()
		l.tell("b", "stop") // and a new one comes only after a while
		synctest.Wait()
		l.tell("b", "1", "2", "3", "4", "5")
		synctest.Wait()
		if i := l.info("b"); i.Buffered != 3 || i.Dropped != 2 || i.Address != "" {
			t.Errorf("got %+v, want 3 buffered and 2 dropped", i)
		}
		time.Sleep(time.Second)
		l.expect("stop b", "start b", "b 1", "b 2", "b 3")
		if i := l.info("b"); i.Buffered != 0 || i.Dropped != 2 {
			t.Errorf("got %+v, want none buffered and 2 dropped", i)
		}
		if fmt.Sprint(dropped) != "[b/singleton:it 4 b/singleton:it 5]" {
			t.Errorf("dead letters: %s", dropped)
		}
	})
}

func TestWhatStillWaitsWhenTheSystemStopsIsDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.join("a")
		it, err := Proxy[string](l.Nodes["a"], "it")
		if err != nil {
			t.Fatal(err)
		}
		it.Ref().Tell("1")
		synctest.Wait()
		dead := 0
		actor.Subscribe(l.Nodes["a"].System(), func(d actor.DeadLetter) {
			if errors.Is(d.Cause, ErrEnded) && d.Message == "1" {
				dead++
			}
		})
		if err := l.Nodes["a"].System().Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if dead != 1 {
			t.Errorf("%d dead letters, want 1", dead)
		}
	})
}

func TestInstanceThatEndsIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b")
		time.Sleep(time.Second)
		l.tell("b", "1", "stop")
		l.expect("start a", "a 1", "stop a", "start a")
		l.at("a")
		l.tell("b", "2", "fail", "3") // the default is to restart: that is not our business
		l.expect("a 2", "a 3")
		l.tell("b", "stop")
		l.expect("stop a") // it did not live for long
		l.tell("b", "4")
		time.Sleep(200 * time.Millisecond)
		l.expect("start a", "a 4")
		l.at("a")
	})
}

func TestInstanceOptionsAreUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithActorOptions(actor.OnFailure(actor.Stop{})))
		l.start("a")
		time.Sleep(time.Second)
		l.tell("a", "fail")
		l.expect("start a", "stop a", "start a")
	})
}

func TestInstanceThatEscalatesGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithActorOptions(actor.OnFailure(actor.Escalate{})))
		l.start("a")
		l.tell("a", "fail", "1")
		l.expect("start a", "a 1")
	})
}

func TestFactoryThatPanicsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.join("a")
		tries := 0
		_, err := Start(l.Nodes["a"], "it", func() actor.Actor[string] {
			if tries++; tries == 1 {
				panic("not yet")
			}
			return &writer{l, "a"}
		})
		if err != nil {
			t.Fatal(err)
		}
		l.AwaitUp()
		l.expect("start a", "stop a")
		time.Sleep(200 * time.Millisecond)
		l.expect("start a")
		l.at("a")
	})
}

func TestRoleAndProxies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithRole("host"))
		l.join("a", cluster.WithRoles("guest"))
		l.run("a") // has not the role
		l.join("b")
		l.AwaitUp()
		it, err := Proxy[string](l.Nodes["b"], "it", WithRole("host"))
		if err != nil {
			t.Fatal(err)
		}
		l.it["b"] = it
		l.tell("a", "1")
		time.Sleep(time.Minute)
		l.expect() // the oldest with the role does not want to
		l.start("c")
		time.Sleep(time.Minute)
		l.expect()
		if err := l.Nodes["b"].Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		l.expect("start c", "c 1")
		delete(l.Nodes, "b")
		l.at("c")
	})
}

func TestStartRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		m := l.Nodes["a"]
		factory := func() actor.Actor[string] { return &writer{l, "a"} }
		begin := func(name string, factory func() actor.Actor[string], o ...Option) error {
			_, err := Start(m, name, factory, o...)
			return err
		}
		_, second := Proxy[string](m, "it")
		for _, c := range []struct {
			err  error
			is   error
			want string
		}{
			{second, ErrStarted, `singleton: proxy of "it" on "a": singleton was started before`},
			{begin("it", factory), ErrStarted, `singleton: start "it" on "a": singleton was started before`},
			{begin("x", nil), ErrOption, `singleton: start "x" on "a": no factory: bad option`},
			{begin("x", factory, WithBuffer(-1)), ErrOption, `singleton: start "x" on "a": WithBuffer: -1 messages: bad option`},
			{begin("x", factory, WithRetry(0)), ErrOption, `singleton: start "x" on "a": WithRetry: 0s: bad option`},
			{begin("x", factory, WithPatience(-1)), ErrOption, `singleton: start "x" on "a": WithPatience: -1ns: bad option`},
			{begin("x", factory, WithMargin(-1)), ErrOption, `singleton: start "x" on "a": WithMargin: -1ns: bad option`},
			{begin("x/y", factory), actor.ErrName, ``},
		} {
			if !errors.Is(c.err, c.is) || c.want != "" && c.err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", c.err, c.want)
			}
		}
	})
}

func TestStartAfterTheMembershipHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.join("a")
		l.AwaitUp()
		if err := l.Nodes["a"].Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		l.run("a")
		l.tell("a", "1")
		l.expect()
		if i := l.info("a"); i.Dropped != 1 {
			t.Errorf("got %+v, want 1 dropped", i)
		}
	})
}

package router_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/cluster/router"
)

func TestRoundRobin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		s.hire("a", "w")
		s.hire("b", "w")
		s.hire("b", "x")
		jobs := s.router("a", router.RoundRobin())
		for range 30 {
			jobs.Tell(job{})
		}
		s.expect("a/w 10, b/w 10, b/x 10")
	})
}

func TestRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		s.hire("a", "w")
		s.hire("b", "w")
		jobs := s.router("a", router.Random(rand.NewPCG(1, 2)))
		for range 1000 {
			jobs.Tell(job{})
		}
		s.counts()
		for worker, done := range s.done {
			if n := len(done.all()); n < 450 || n > 550 {
				t.Errorf("%s has done %d of 1000", worker, n)
			}
		}
	})
}

// TestConsistentHash has a third worker come and go: it takes a third of the keys, and
// nothing else moves.
func TestConsistentHash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys = 3000
		s := open(t, "a", "b")
		s.hire("a", "w")
		s.hire("b", "w")
		jobs := s.router("a", router.ConsistentHash(func(j job) string { return j.Key }))
		where := func() map[string]string {
			for _, done := range s.done {
				done.clear()
			}
			for i := range keys {
				jobs.Tell(job{Key: fmt.Sprint(i)})
			}
			s.counts()
			at := map[string]string{}
			for worker, done := range s.done {
				for _, key := range done.all() {
					at[key] = worker
				}
			}
			return at
		}
		before := where()
		third := s.hire("b", "x")
		moved := 0
		for key, worker := range where() {
			if before[key] != worker {
				moved++
				if worker != "b/x" {
					t.Fatalf("%s came, and %q moved from %s to %s", third, key, before[key], worker)
				}
			}
		}
		if moved < keys*28/100 || moved > keys*38/100 {
			t.Errorf("%d of %d keys moved, want a third", moved, keys)
		}
		if err := s.Nodes["b"].System().StopActor(context.Background(), third); err != nil {
			t.Fatal(err)
		}
		s.awaitWorkers(2)
		for key, worker := range where() {
			if before[key] != worker {
				t.Fatalf("all is as before, but %q moved from %s to %s", key, before[key], worker)
			}
		}
	})
}

func TestLeastLoadedSparesWhoIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		s.hire("a", "w")
		s.hire("b", "w")
		s.hire("b", "x")
		jobs := s.router("a", router.LeastLoaded())
		for range 3 { // each gets one that takes long
			jobs.Tell(job{Takes: 10 * time.Second})
		}
		time.Sleep(time.Second)
		s.hire("a", "y")
		for range 20 {
			jobs.Tell(job{Takes: time.Millisecond})
			time.Sleep(10 * time.Millisecond)
		}
		s.expect("a/w 0, a/y 20, b/w 0, b/x 0")
		time.Sleep(20 * time.Second)
		for range 40 { // none is done before all are sent, or the nearest would get more
			jobs.Tell(job{Takes: time.Millisecond})
		}
		time.Sleep(time.Second)
		s.expect("a/w 11, a/y 30, b/w 11, b/x 11") // each its part, once nobody is busy
	})
}

func TestLeastLoadedGetsOverLostProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		s.hire("a", "w")
		s.hire("b", "w")
		jobs := s.router("a", router.LeastLoaded())
		s.Cut("a", "b") // too short to be noticed
		for range 10 {
			jobs.Tell(job{})
			synctest.Wait()
		}
		s.Heal("a", "b")
		time.Sleep(time.Second)
		before := len(s.done["b/w"].all())
		for range 10 {
			jobs.Tell(job{})
			time.Sleep(time.Millisecond)
		}
		s.counts()
		if got := len(s.done["b/w"].all()) - before; got != 5 {
			t.Errorf("b has done %d of 10 after the cut, want half: what it lost is not outstanding", got)
		}
	})
}

func TestLeastLoadedIsQuietAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		s.hire("b", "w")
		s.router("a", router.LeastLoaded()).Tell(job{})
		s.expect("b/w 1")
		time.Sleep(time.Second)
		count := func() uint64 {
			before := s.Frames()
			time.Sleep(100 * time.Second)
			return s.Frames() - before
		}
		with := count()
		if err := s.Nodes["a"].System().StopActor(context.Background(), s.router("a", router.RoundRobin(), router.WithName("x"))); err != nil {
			t.Fatal(err)
		}
		if without := count(); with > without+20 {
			t.Errorf("%d frames at rest, and later %d", with, without)
		}
	})
}

func TestMessagesWaitForTheFirstRoutee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a", "b")
		var lost []actor.DeadLetter
		actor.Subscribe(s.Nodes["a"].System(), func(d actor.DeadLetter) { lost = append(lost, d) })
		jobs := s.router("a", router.RoundRobin(), router.WithBuffer(3), router.WithName("jobs"))
		for i := range 5 {
			jobs.Tell(job{Key: fmt.Sprint(i)})
		}
		synctest.Wait()
		if len(lost) != 2 || !errors.Is(lost[0].Cause, router.ErrNoRoutee) || lost[0].To != "a/jobs" || lost[1].Message != (job{Key: "4"}) {
			t.Errorf("dead letters are %v, want the two that do not fit", lost)
		}
		s.hire("b", "w")
		s.expect("b/w 3")
		if got := fmt.Sprint(s.done["b/w"].all()); got != "[0 1 2]" {
			t.Errorf("they came as %s, want them in order", got)
		}

		s.Crash("b")
		s.awaitWorkers(0)
		jobs.Tell(job{Key: "5"})
		synctest.Wait()
		if err := s.Nodes["a"].System().StopActor(context.Background(), jobs); err != nil {
			t.Fatal(err)
		}
		if last := lost[len(lost)-1]; last.Message != (job{Key: "5"}) || !strings.Contains(last.Cause.Error(), "the router has ended") {
			t.Errorf("the last dead letter is %+v, want what waited", last)
		}
	})
}

func TestRouteesThatGo(t *testing.T) {
	for name, strategy := range map[string]router.Strategy{
		"round robin": router.RoundRobin(), "least loaded": router.LeastLoaded(),
		"consistent hash": router.ConsistentHash(func(j job) string { return j.Key }),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, "a", "b", "c")
				s.hire("a", "w")
				s.hire("b", "w")
				s.hire("c", "w")
				ends := s.hire("c", "x")
				jobs := s.router("a", strategy)
				all := func(want int) {
					t.Helper()
					for _, done := range s.done {
						done.clear()
					}
					for i := range 20 {
						jobs.Tell(job{Key: fmt.Sprint(i)})
					}
					s.counts()
					n := 0
					for _, done := range s.done {
						n += len(done.all())
					}
					if n != want {
						t.Errorf("%d jobs are done of 20, want %d: %s", n, want, s.counts())
					}
				}
				all(20)
				if err := s.Nodes["c"].System().StopActor(context.Background(), ends); err != nil {
					t.Fatal(err)
				}
				s.awaitWorkers(3)
				all(20)
				s.Crash("c")
				s.awaitWorkers(2)
				all(20)
				s.Leave("b")
				all(20)
			})
		})
	}
}

func TestNewRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, "a")
		m := s.Nodes["a"]
		_, err := router.New(m, workers, router.ConsistentHash(func(string) string { return "" }))
		if !errors.Is(err, router.ErrStrategy) || !strings.Contains(err.Error(), "ConsistentHash of string for messages of router_test.job") {
			t.Errorf("got %v, want both types", err)
		}
		if _, err := router.New(m, workers, router.RoundRobin(), router.WithBuffer(-1)); !errors.Is(err, router.ErrOption) {
			t.Errorf("got %v, want ErrOption", err)
		}
		s.router("a", router.RoundRobin(), router.WithName("x"))
		if _, err := router.New(m, workers, router.RoundRobin(), router.WithName("x")); !errors.Is(err, actor.ErrNameTaken) {
			t.Errorf("got %v, want ErrNameTaken", err)
		}
	})
}

func TestAskGoesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type question struct{ ReplyTo actor.Ref[string] }
		key := receptionist.NewKey[question]("oracles")
		s := open(t, "a", "b")
		oracle, err := actor.SpawnFunc(s.Nodes["b"].System(), "", func(_ *actor.Context[question], q question) error {
			q.ReplyTo.Tell("42")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := router.New(s.Nodes["a"], key, router.LeastLoaded())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Second)
			if _, err := receptionist.Register(s.Nodes["b"], key, oracle); err != nil {
				t.Error(err)
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if got, err := actor.Ask(ctx, r, func(replyTo actor.Ref[string]) question { return question{replyTo} }); got != "42" || err != nil {
			t.Errorf("got %q and %v", got, err)
		}
	})
}

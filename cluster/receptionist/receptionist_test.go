package receptionist_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/transport"
)

type job struct{ ID int }

var workers = receptionist.NewKey[job]("workers")

func formed(t testing.TB, addresses ...transport.Address) *lab.Lab {
	t.Helper()
	l := lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(10*time.Second)))
	l.OnStart = func(_ transport.Address, m *cluster.Membership) { l.Must(receptionist.Start(m)) }
	l.Start(addresses...)
	l.AwaitUp()
	time.Sleep(time.Second)
	return l
}

// worker registers a new actor of that name.
func worker(l *lab.Lab, a transport.Address, name string) (actor.Ref[job], func()) {
	l.Helper()
	ref, err := actor.SpawnFunc(l.Nodes[a].System(), name, func(*actor.Context[job], job) error { return nil })
	l.Must(err)
	cancel, err := receptionist.Register(l.Nodes[a], workers, ref)
	l.Must(err)
	return ref, cancel
}

// expect waits until a node has the listing.
func expect(l *lab.Lab, a transport.Address, want string) {
	l.Helper()
	l.Until(time.Minute, string(a)+" has "+want, func() bool {
		return receptionist.Lookup(l.Nodes[a], workers).String() == want
	})
}

func TestFind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := formed(t, "a", "b")
		expect(l, "a", "workers: nobody; unreachable nobody")
		first, cancel := worker(l, "a", "first")
		if got := receptionist.Find(l.Nodes["a"], workers); len(got) != 1 || got[0] != first {
			t.Errorf("found %v at once, want %s", got, first)
		}
		second, _ := worker(l, "b", "second")
		expect(l, "a", "workers: a/first, b/second; unreachable nobody")
		expect(l, "b", "workers: a/first, b/second; unreachable nobody")
		receptionist.Find(l.Nodes["a"], workers)[1].Tell(job{1})
		cancel()
		expect(l, "b", "workers: b/second; unreachable nobody")
		if err := l.Nodes["b"].System().StopActor(context.Background(), second); err != nil {
			t.Fatal(err)
		}
		expect(l, "a", "workers: nobody; unreachable nobody")
	})
}

func TestListingInACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := formed(t, "a", "b")
		worker(l, "a", "w")
		worker(l, "b", "w")
		expect(l, "a", "workers: a/w, b/w; unreachable nobody")
		l.Cut("a", "b")
		expect(l, "a", "workers: a/w; unreachable b/w")
		expect(l, "b", "workers: b/w; unreachable a/w")
		l.Heal("a", "b")
		expect(l, "a", "workers: a/w, b/w; unreachable nobody")
		l.Crash("b")
		expect(l, "a", "workers: a/w; unreachable nobody")
	})
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := formed(t, "a", "b")
		listings := make(chan string, 10)
		next := func(want string) {
			t.Helper()
			select {
			case got := <-listings:
				if got != want {
					t.Errorf("told of %q, want %q", got, want)
				}
			case <-time.After(time.Minute):
				t.Errorf("told of nothing, want %q", want)
			}
		}
		ref, err := actor.SpawnFunc(l.Nodes["a"].System(), "", func(_ *actor.Context[receptionist.Listing[job]], got receptionist.Listing[job]) error {
			listings <- got.String()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		subscribe := func() func() {
			cancel, err := receptionist.Subscribe(l.Nodes["a"], workers, ref)
			if err != nil {
				t.Fatal(err)
			}
			return cancel
		}
		cancel := subscribe()
		next("workers: nobody; unreachable nobody")
		w, _ := worker(l, "b", "w")
		next("workers: b/w; unreachable nobody")
		if err := l.Nodes["b"].System().StopActor(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		next("workers: nobody; unreachable nobody")
		cancel()
		synctest.Wait()
		worker(l, "b", "other")
		time.Sleep(time.Second)
		if len(listings) > 0 {
			t.Errorf("told of %q after it had cancelled", <-listings)
		}
		subscribe()
		next("workers: b/other; unreachable nobody")
		before := len(l.Nodes["a"].System().Actors())
		if err := l.Nodes["a"].System().StopActor(context.Background(), ref); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := len(l.Nodes["a"].System().Actors()); got != before-2 {
			t.Errorf("%d actors, want the subscriber and its teller gone of %d", got, before)
		}
		if _, err := receptionist.Subscribe(l.Nodes["a"], workers, actor.Ref[receptionist.Listing[job]]{}); !errors.Is(err, actor.ErrDead) {
			t.Errorf("got %v, want ErrDead", err)
		}
	})
}

func TestRegisterRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := formed(t, "a", "b")
		ref, _ := worker(l, "b", "w")
		expect(l, "a", "workers: b/w; unreachable nobody")
		a := l.Nodes["a"]
		if _, err := receptionist.Register(a, workers, ref); !errors.Is(err, actor.ErrRemote) {
			t.Errorf("got %v, want ErrRemote", err)
		}
		other, err := actor.SpawnFunc(l.Nodes["a"].System(), "", func(*actor.Context[string], string) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		_, err = receptionist.Register(a, receptionist.NewKey[string]("workers"), other)
		if !errors.Is(err, receptionist.ErrType) || !strings.Contains(err.Error(), "string is wanted, but one of b takes github.com/7aca83c2/multinode/cluster/receptionist_test.job") {
			t.Errorf("got %v, want both types", err)
		}
		if got := receptionist.Find(a, receptionist.NewKey[string]("workers")); len(got) != 0 {
			t.Errorf("found %v of another type", got)
		}
		if _, err = receptionist.Register(a, receptionist.NewKey[string](""), other); !errors.Is(err, receptionist.ErrName) {
			t.Errorf("got %v, want ErrName", err)
		}
	})
}

func TestLeavingNodeIsFoundNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := formed(t, "a", "b")
		worker(l, "a", "w")
		worker(l, "b", "w")
		expect(l, "a", "workers: a/w, b/w; unreachable nobody")
		l.Leave("b")
		expect(l, "a", "workers: a/w; unreachable nobody")
	})
}

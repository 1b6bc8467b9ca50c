package pubsub_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/pubsub"
)

func TestPublishReachesAllInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b", "c")
		here, _ := w.subscribe("a", "news", "")
		there, _ := w.subscribe("b", "news", "")
		too, cancel := w.subscribe("b", "news", "")
		other, _ := w.subscribe("b", "weather", "")
		expect(t, "before the first message", here.take(), "")
		news := topic[string](w, "a", "news")
		publish(w, news, "1", "2", "3", "4")
		for _, in := range []*inbox{here, there, too} {
			expect(t, "everybody", in.take(), "1 2 3 4")
		}
		cancel()
		publish(w, topic[string](w, "c", "news"), "5")
		expect(t, "one that has cancelled", too.take(), "")
		expect(t, "the others", here.take()+there.take(), "55")
		if err := topic[string](w, "b", "news").PublishLocal("6"); err != nil {
			t.Error(err)
		}
		expect(t, "on the node itself", here.take()+there.take(), "6")
		expect(t, "another topic", other.take(), "")
		if got, want := news.Stats(), (pubsub.Stats{Published: 4, Delivered: 5}); got != want {
			t.Errorf("stats are %+v, want %+v", got, want)
		}
	})
}

func TestGroupsShareTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		first, _ := w.subscribe("a", "orders", "billing")
		second, _ := w.subscribe("b", "orders", "billing")
		ship, _ := w.subscribe("b", "orders", "shipping")
		all, _ := w.subscribe("b", "orders", "")
		w.awaitSubscribers("orders", 4)
		orders := topic[string](w, "a", "orders")
		publish(w, orders, "1", "2", "3", "4")
		expect(t, "the first", first.take(), "1 3")
		expect(t, "the second", second.take(), "2 4")
		expect(t, "a group of one", ship.take(), "1 2 3 4")
		expect(t, "who is in no group", all.take(), "1 2 3 4")
		if err := orders.Send("shipping", "x"); err != nil {
			t.Error(err)
		}
		expect(t, "only the group that was sent to", first.take()+second.take()+ship.take()+all.take(), "x")
		if err := orders.Send("tax", "x"); !errors.Is(err, pubsub.ErrNoSubscriber) {
			t.Errorf("sent to an empty group: %v, want ErrNoSubscriber", err)
		}

		near := topic[string](w, "a", "orders", pubsub.WithChoice(pubsub.PreferLocal()))
		publish(w, near, "5", "6")
		expect(t, "the local one", first.take(), "5 6")
		drawn := topic[string](w, "a", "orders", pubsub.WithChoice(pubsub.Random(rand.NewPCG(1, 2))))
		for range 100 {
			publish(w, drawn, "7")
		}
		if one, two := len(first.take()), len(second.take()); one < 60 || two < 60 {
			t.Errorf("drawn were %d and %d characters of 100, want about as many", one, two)
		}
	})
}

func TestWhoEndsIsNoSubscriber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		in, _ := w.subscribe("b", "news", "")
		w.awaitSubscribers("news", 1)
		if err := w.Nodes["b"].System().StopActor(context.Background(), in.ref); err != nil {
			t.Fatal(err)
		}
		w.awaitSubscribers("news", 0)
		publish(w, topic[string](w, "a", "news"), "1")
		if got, want := w.at["a"].Stats("news"), (pubsub.Stats{Published: 1, Unheard: 1}); got != want {
			t.Errorf("stats are %+v, want %+v", got, want)
		}
	})
}

func TestCutLosesAndHealingRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		here, _ := w.subscribe("a", "news", "")
		there, _ := w.subscribe("b", "news", "")
		one, _ := w.subscribe("a", "news", "g")
		two, _ := w.subscribe("b", "news", "g")
		w.awaitSubscribers("news", 4)
		w.Cut("a", "b")
		w.Until(time.Minute, "unreachable", func() bool {
			return slices.ContainsFunc(w.at["a"].Subscribers("news"), func(s pubsub.Subscriber) bool { return !s.Reachable })
		})
		news := topic[string](w, "a", "news")
		publish(w, news, "1", "2")
		late, _ := w.subscribe("b", "news", "")
		expect(t, "this side", here.take(), "1 2")
		expect(t, "the group, which has one who is reachable", one.take(), "1 2")
		w.Heal("a", "b")
		w.awaitSubscribers("news", 5)
		time.Sleep(10 * time.Second)
		expect(t, "the other side, of what was sent meanwhile", there.take()+two.take()+late.take(), "")
		publish(w, news, "3")
		expect(t, "the other side", there.take(), "3")
		expect(t, "who came during the cut", late.take(), "3")
	})
}

func TestCrashAndRestartOfASubscribersNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		w.subscribe("b", "news", "")
		w.awaitSubscribers("news", 1)
		w.Crash("b")
		w.Start("b")
		w.AwaitUp()
		w.awaitSubscribers("news", 0)
		in, _ := w.subscribe("b", "news", "")
		w.awaitSubscribers("news", 1)
		publish(w, topic[string](w, "a", "news"), "1")
		expect(t, "the new life", in.take(), "1")
	})
}

type (
	order  struct{ ID int }
	secret struct{ Any any }
)

func TestTypesOfOneName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		topic[order](w, "a", "orders")
		_, err := pubsub.TopicOf[string](w.at["a"], "orders")
		if !errors.Is(err, pubsub.ErrType) || !strings.Contains(err.Error(), "string is wanted, but github.com/7aca83c2/multinode/cluster/pubsub_test.order") {
			t.Errorf("got %v, want both types", err)
		}
		w.subscribe("b", "news", "")
		w.awaitSubscribers("news", 1)
		if _, err := pubsub.TopicOf[order](w.at["a"], "news"); !errors.Is(err, pubsub.ErrType) {
			t.Errorf("got %v, want ErrType for what another node has", err)
		}
		if _, err := pubsub.TopicOf[chan int](w.at["a"], "channels"); err == nil || !strings.Contains(err.Error(), "chan int cannot be encoded") {
			t.Errorf("got %v, want what cannot travel", err)
		}
		if _, err := pubsub.TopicOf[int](w.at["a"], ""); !errors.Is(err, pubsub.ErrName) {
			t.Errorf("got %v, want ErrName", err)
		}
	})
}

// TestTypesThatMeet has two nodes give a name different types while they cannot talk.
func TestTypesThatMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		w.Cut("a", "b")
		in, _ := w.subscribe("a", "news", "")
		stranger, err := actor.SpawnFunc(w.Nodes["b"].System(), "", func(*actor.Context[int], int) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		numbers := topic[int](w, "b", "news")
		if _, err := numbers.Subscribe(stranger); err != nil {
			t.Fatal(err)
		}
		w.Heal("a", "b")
		w.awaitSubscribers("news", 2)
		if _, err := numbers.Subscribe(stranger); !errors.Is(err, pubsub.ErrType) {
			t.Errorf("got %v, want ErrType", err)
		}
		if err := numbers.Publish(1); err != nil {
			t.Error(err)
		}
		publish(w, topic[string](w, "a", "news"), "1")
		expect(t, "who has the type", in.take(), "1")
		if got := numbers.Stats(); got.Lost != 1 || got.Delivered != 1 {
			t.Errorf("stats are %+v, want one of the other type lost", got)
		}
	})
}

func TestWhatCannotBeEncodedReachesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		got := 0
		for _, a := range w.Addresses() {
			ref, err := actor.SpawnFunc(w.Nodes[a].System(), "", func(*actor.Context[secret], secret) error { got++; return nil })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := topic[secret](w, a, "secrets").Subscribe(ref); err != nil {
				t.Fatal(err)
			}
		}
		w.awaitSubscribers("secrets", 2)
		err := topic[secret](w, "a", "secrets").Publish(secret{order{1}})
		if err == nil || !strings.Contains(err.Error(), "field Any: pubsub_test.order is not registered") {
			t.Errorf("got %v, want the type and the field", err)
		}
		time.Sleep(time.Second)
		if got != 0 {
			t.Errorf("%d subscribers got it, want none", got)
		}
	})
}

func TestSubscribersAreOfTheNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		in := w.inbox("b")
		news := topic[string](w, "a", "news")
		if _, err := news.Subscribe(in.ref); !errors.Is(err, actor.ErrRemote) {
			t.Errorf("got %v, want ErrRemote", err)
		}
		if _, err := news.Subscribe(actor.Ref[string]{}); !errors.Is(err, actor.ErrDead) {
			t.Errorf("got %v, want ErrDead", err)
		}
		if _, err := news.SubscribeGroup("", w.inbox("a").ref); !errors.Is(err, pubsub.ErrName) {
			t.Errorf("got %v, want ErrName", err)
		}
	})
}

func TestEventsAndQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := formed(t, "a", "b")
		events := make(chan pubsub.SubscribersChanged, 10)
		actor.Subscribe(w.Nodes["a"].System(), func(e pubsub.SubscribersChanged) { events <- e })
		in, cancel := w.subscribe("b", "news/today", "g")
		if e := <-events; e != (pubsub.SubscribersChanged{Topic: "news/today", Subscribers: 1}) {
			t.Errorf("got %+v", e)
		}
		want := []pubsub.Subscriber{{
			Address: "b", Incarnation: in.ref.Incarnation(), Path: in.ref.Path(), Group: "g", Type: "string", Reachable: true,
		}}
		if got := topic[string](w, "a", "news/today").Subscribers(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		expect(t, "topics", fmt.Sprint(w.at["a"].Topics()), "[news/today]")
		cancel()
		if e := <-events; e.Subscribers != 0 {
			t.Errorf("got %+v, want none left", e)
		}
		expect(t, "topics", fmt.Sprint(w.at["a"].Topics()), "[]")
	})
}

func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{Lab: lab.New(t)}
		w.Boot("a")
		if pubsub.Of(w.Nodes["a"].System()) != nil {
			t.Error("there is a PubSub before Start")
		}
		if _, err := pubsub.Start(w.Nodes["a"], pubsub.WithRetryInterval(0)); !errors.Is(err, pubsub.ErrOption) {
			t.Errorf("got %v, want ErrOption", err)
		}
		ps, err := pubsub.Start(w.Nodes["a"])
		if err != nil || pubsub.Of(w.Nodes["a"].System()) != ps {
			t.Errorf("got %v, and Of does not return what was started", err)
		}
		if _, err := pubsub.Start(w.Nodes["a"]); !errors.Is(err, pubsub.ErrStarted) {
			t.Errorf("got %v, want ErrStarted", err)
		}
		news, err := pubsub.TopicOf[string](ps, "news")
		if err != nil {
			t.Fatal(err)
		}
		in := w.inbox("a")
		if _, err := news.Subscribe(in.ref); err != nil {
			t.Fatal(err)
		}
		publish(w, news, "alone")
		expect(t, "a node alone", in.take(), "alone")
		w.Nodes["a"].System().Kill()
		if err := news.Publish("x"); !errors.Is(err, actor.ErrStopped) {
			t.Errorf("got %v, want ErrStopped", err)
		}
	})
}

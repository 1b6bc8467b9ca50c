package singleton

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
)

// TestOneWhoDoesNotAnswerIsNotWaitedForLong has the host leave while a third node, which
// sends to the instance, neither answers nor is known to be unreachable.
func TestOneWhoDoesNotAnswerIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Options = []cluster.Option{cluster.WithDetector(cluster.Deadline(time.Second, time.Hour))}
		l.start("a", "b", "c")
		l.at("a")
		l.expect("start a")
		l.Cut("a", "c")
		a := l.Nodes["a"]
		left := make(chan error, 1)
		go func() { left <- a.Leave(l.Within(time.Minute)) }()
		time.Sleep(time.Second)
		l.expect()
		l.tell("c", "lost") // c does not know
		time.Sleep(1200 * time.Millisecond)
		l.expect("stop a", "start b") // after WithPatience
		if err := <-left; err != nil {
			t.Fatal(err)
		}
		delete(l.Nodes, "a")
		l.AwaitUp()
		l.at("b")
	})
}

func TestUnreachableIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithPatience(time.Hour))
		l.Options = []cluster.Option{lab.Quick}
		l.start("a", "b", "c")
		l.at("a")
		l.expect("start a")
		l.Cut("a", "c")
		left := make(chan error, 1)
		go func() { left <- l.Nodes["a"].Leave(l.Within(time.Minute)) }()
		time.Sleep(100 * time.Millisecond)
		l.expect()
		time.Sleep(200 * time.Millisecond)
		l.expect("stop a", "start b")
		if err := <-left; err != nil {
			t.Error(err)
		}
	})
}

// TestNodeThatWasGivenUpStops has the others give up the host, which it does not know.
func TestNodeThatWasGivenUpStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Options = []cluster.Option{lab.Quick}
		l.start("a")
		l.Options = []cluster.Option{lab.Quick, cluster.WithDowning(cluster.AutoDown(400 * time.Millisecond))}
		l.start("b", "c")
		l.at("a")
		l.expect("start a")
		l.Cut("a", "b", "c")
		l.AwaitUp("b", "c")
		l.expect("start b") // two, on two sides of a cut
		l.tell("a", "1")
		l.expect("a 1")
		l.Heal("a", "b", "c")
		<-l.Nodes["a"].Done()
		synctest.Wait() // until what runs on it has heard of that
		l.tell("a", "2")
		l.expect("stop a")
		if i := l.info("a"); i.Address != "" || i.Here || i.Dropped != 1 {
			t.Errorf("a: %+v, want it to know nothing and to have dropped a message", i)
		}
	})
}

func TestMarginIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithMargin(3*time.Second))
		l.start("a", "b", "c")
		l.expect("start a")
		l.Crash("a")
		l.AwaitUp()
		time.Sleep(2999 * time.Millisecond)
		l.expect()
		time.Sleep(time.Millisecond)
		l.expect("start b")

		if err := l.Nodes["b"].Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		l.expect("stop b", "start c") // who has left is not alive elsewhere
	})
}

func TestMarginIsNotForOneThatCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithMargin(time.Hour))
		l.Options = append(l.Options, cluster.WithSeeds("a", "b", "c"))
		l.start("a", "b", "c")
		l.expect("start a")
		l.Crash("a")
		l.join("a")
		l.run("a")
		l.AwaitUp()
		l.expect("start b")
		l.at("b")
	})
}

// TestClustersThatMeet makes one of two clusters with an instance each.
func TestClustersThatMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Options = append(l.Options, cluster.WithSeeds("a", "c"), cluster.WithFormAfter(100*time.Millisecond))
		l.Cut("a", "c", "d")
		l.Cut("b", "c", "d")
		l.start("a", "b")
		l.expect("start a")
		l.Options = append(l.Options, cluster.WithSeeds("c", "a"))
		l.start("c", "d")
		l.expect("start c")
		l.Heal("a", "c", "d")
		l.Heal("b", "c", "d")
		l.AwaitUp()
		l.expect("stop c")
		l.at("a")
		l.tell("c", "1")
		l.expect("a 1")
		l.tell("d", "2")
		l.expect("a 2")
	})
}

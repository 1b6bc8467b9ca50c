package singleton

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
)

// TestOneWhoDoesNotAnswerIsNotWaitedForLong has the host leave while a third node, which
// sends to the instance, neither answers nor is known to be unreachable.
func TestOneWhoDoesNotAnswerIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.cluster = []cluster.Option{cluster.WithDetector(cluster.Deadline(time.Second, time.Hour))}
		l.start("a", "b", "c")
		l.at("a")
		l.expect("start a")
		l.cut("a", "c")
		a := l.nodes["a"]
		left := make(chan error, 1)
		go func() { left <- a.Leave(minute(t)) }()
		time.Sleep(time.Second)
		l.expect()
		l.tell("c", "lost") // c does not know
		time.Sleep(1200 * time.Millisecond)
		l.expect("stop a", "start b") // after WithPatience
		if err := <-left; err != nil {
			t.Fatal(err)
		}
		delete(l.nodes, "a")
		l.await("removal", members("b", "c"))
		l.at("b")
	})
}

func TestUnreachableIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithPatience(time.Hour))
		l.cluster = []cluster.Option{quick}
		l.start("a", "b", "c")
		l.at("a")
		l.expect("start a")
		l.cut("a", "c")
		left := make(chan error, 1)
		go func() { left <- l.nodes["a"].Leave(minute(t)) }()
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
		l.cluster = []cluster.Option{quick}
		l.start("a")
		l.cluster = []cluster.Option{quick, cluster.WithDowning(cluster.AutoDown(400 * time.Millisecond))}
		l.start("b", "c")
		l.at("a")
		l.expect("start a")
		l.cut("a", "b")
		l.cut("a", "c")
		l.await("removal", members("b", "c"), "b", "c")
		l.expect("start b") // two, on two sides of a cut
		l.tell("a", "1")
		l.expect("a 1")
		l.heal("a", "b")
		l.heal("a", "c")
		<-l.nodes["a"].Done()
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
		l.crash("a")
		l.await("removal", members("b", "c"))
		time.Sleep(2999 * time.Millisecond)
		l.expect()
		time.Sleep(time.Millisecond)
		l.expect("start b")

		if err := l.nodes["b"].Leave(minute(t)); err != nil {
			t.Fatal(err)
		}
		l.expect("stop b", "start c") // who has left is not alive elsewhere
	})
}

func TestMarginIsNotForOneThatCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithMargin(time.Hour))
		l.cluster = append(l.cluster, cluster.WithSeeds("a", "b", "c"))
		l.start("a", "b", "c")
		l.expect("start a")
		l.crash("a")
		l.join("host", "a")
		l.run("a")
		l.await("return", members("a", "b", "c"))
		l.expect("start b")
		l.at("b")
	})
}

// TestClustersThatMeet makes one of two clusters with an instance each.
func TestClustersThatMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.cluster = append(l.cluster, cluster.WithSeeds("a", "c"), cluster.WithFormAfter(100*time.Millisecond))
		for _, x := range []string{"a", "b"} {
			for _, y := range []string{"c", "d"} {
				l.cut(address(x), address(y))
			}
		}
		l.start("a", "b")
		l.expect("start a")
		l.cluster = append(l.cluster, cluster.WithSeeds("c", "a"))
		l.start("c", "d")
		l.expect("start c")
		for _, x := range []string{"a", "b"} {
			for _, y := range []string{"c", "d"} {
				l.heal(address(x), address(y))
			}
		}
		l.await("merger", members("a", "b", "c", "d"))
		l.expect("stop c")
		l.at("a")
		l.tell("c", "1")
		l.expect("a 1")
		l.tell("d", "2")
		l.expect("a 2")
	})
}

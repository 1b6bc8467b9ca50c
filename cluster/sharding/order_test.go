package sharding_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestNewHomeKeepsOrderOfItsOwnMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		l.start("b")
		l.touch("a", 30)
		l.await(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
		defer l.slowLinks("a", "b", 5*time.Millisecond)()
		go func() { _ = l.nodes["a"].region.Shutdown(minute(t)) }()
		for n := range 300 {
			for e := range 30 {
				l.nodes["b"].region.Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			time.Sleep(300 * time.Microsecond)
		}
		l.touch("b", 30)
		for e := range 30 {
			l.checkOrder(fmt.Sprint("e", e), "x", 300)
		}
	})
}

// TestHandOffTakenBackKeepsOrder has the coordinator die before all have paused.
func TestHandOffTakenBackKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		l.start("b")
		l.start("c")
		l.touch("a", 30)
		l.await(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		defer l.slowLinks("a", "b", 5*time.Millisecond)()
		defer l.slowLinks("c", "b", 7*time.Millisecond)()
		region := l.nodes["b"].region
		go func() { _ = region.Shutdown(minute(t)) }()
		go func() {
			time.Sleep(12 * time.Millisecond) // a has ordered the hand-offs, but not paused
			l.crash("a")
		}()
		for n := range 1000 {
			for e := range 30 {
				l.nodes["b"].region.Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			time.Sleep(time.Millisecond)
		}
		l.touch("b", 30)
		for e := range 30 {
			last := -1
			for _, h := range l.history(fmt.Sprint("e", e)) {
				var n int
				if k, _ := fmt.Sscanf(h, "x:%d", &n); k == 1 {
					if n <= last {
						t.Fatalf("e%d: %d after %d", e, n, last)
					}
					last = n
				}
			}
		}
	})
}

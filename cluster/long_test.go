package cluster

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Each node sends each other one 12 MiB over a link of 1 MB/s, which takes 13 s. Heartbeats
// pass them, so nobody is suspected, and a node that joins meanwhile is up at once.
func TestNobodyIsSuspectedBehindLongMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		all := []transport.Address{"a", "b", "c", "d"}
		for _, from := range all {
			for _, to := range all {
				link := transport.Link{From: from, To: to}
				if from != to {
					l.sw.SetRule(link, "narrow", fault.Fault{Kind: fault.Bandwidth, Rate: 1_000_000}.Rule(link, nil))
				}
			}
		}
		l.start("a", "b", "c")
		l.await(time.Minute, "form", allUp("a", "b", "c"))
		var got atomic.Int64
		for a, n := range l.nodes {
			if _, err := actor.SpawnFunc(n.sys, "sink", func(*actor.Context[[]byte], []byte) error {
				got.Add(1)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			actor.Subscribe(n.sys, func(e MemberUnreachable) { t.Errorf("%s suspects %s", a, e.Member.Address) })
		}
		for a, n := range l.nodes {
			for b := range l.nodes {
				if a != b {
					actor.RefAt[[]byte](n.sys, b, "/sink").Tell(make([]byte, 12<<20))
				}
			}
		}
		time.Sleep(5 * time.Second)
		if n := got.Load(); n > 0 {
			t.Fatalf("%d long messages have arrived already", n)
		}
		l.start("d")
		l.await(5*time.Second, "d joins", allUp(all...))
		time.Sleep(15 * time.Second)
		if n := got.Load(); n != 6 {
			t.Errorf("%d of 6 long messages have arrived", n)
		}
	})
}

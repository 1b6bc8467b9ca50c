package cluster_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Each node sends each other one 12 MiB over a link of 1 MB/s, which takes 13 s. Heartbeats
// pass them, so nobody is suspected, and a node that joins meanwhile is up at once.
func TestNobodyIsSuspectedBehindLongMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		all := []transport.Address{"a", "b", "c", "d"}
		for _, from := range all {
			for _, to := range all {
				link := transport.Link{From: from, To: to}
				if from != to {
					l.Switch.SetRule(link, "narrow", fault.Fault{Kind: fault.Bandwidth, Rate: 1_000_000}.Rule(link, nil))
				}
			}
		}
		l.Start("a", "b", "c")
		l.AwaitUp()
		var got atomic.Int64
		for a, n := range l.Nodes {
			if _, err := actor.SpawnFunc(n.System(), "sink", func(*actor.Context[[]byte], []byte) error {
				got.Add(1)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			actor.Subscribe(n.System(), func(e cluster.MemberUnreachable) { t.Errorf("%s suspects %s", a, e.Member.Address) })
		}
		for a, n := range l.Nodes {
			for b := range l.Nodes {
				if a != b {
					actor.RefAt[[]byte](n.System(), b, "/sink").Tell(make([]byte, 12<<20))
				}
			}
		}
		time.Sleep(5 * time.Second)
		if n := got.Load(); n > 0 {
			t.Fatalf("%d long messages have arrived already", n)
		}
		l.Start("d")
		l.Await(5*time.Second, "d joins", lab.Up(all...))
		time.Sleep(15 * time.Second)
		if n := got.Load(); n != 6 {
			t.Errorf("%d of 6 long messages have arrived", n)
		}
	})
}

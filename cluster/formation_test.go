package cluster

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

func TestThreeNodesForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		began := time.Now()
		l.start("a", "b", "c")
		l.await(time.Minute, "formation", allUp("a", "b", "c"))
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
	})
}

// BenchmarkFormation measures from the first boot until every view shows all as Up and
// converged, and counts false suspicions.
func BenchmarkFormation(b *testing.B) {
	for _, n := range []int{3, 10, 50, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				formation(b, n)
			}
		})
	}
}

func formation(b *testing.B, n int) {
	all := names(n)
	l := newLab(b, WithSeeds(all[0]))
	suspicions := make(chan MemberUnreachable, 1000)
	l.start(all...)
	for _, node := range l.nodes {
		actor.Subscribe(node.sys, func(e MemberUnreachable) { suspicions <- e })
	}
	l.await(10*time.Second, "formation", allUp(all...))
	b.StopTimer()
	frames, bytes := uint64(0), uint64(0)
	for _, s := range l.sw.Stats() {
		frames += s.Frames
		bytes += s.Bytes
	}
	b.ReportMetric(float64(frames), "frames")
	b.ReportMetric(float64(bytes), "bytes")
	b.ReportMetric(float64(len(suspicions)), "suspicions")
	for a, node := range l.nodes {
		node.sys.Kill()
		delete(l.nodes, a)
	}
	_ = context.Background
	b.StartTimer()
}

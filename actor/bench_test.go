package actor_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func BenchmarkTell(b *testing.B) {
	b.Run("1-to-1", func(b *testing.B) { benchTell(b, 1) })
	b.Run("2-to-1", func(b *testing.B) { benchTell(b, 2) })
}

type ball struct{ _ int }

func benchTell(b *testing.B, senders int) {
	b.ReportAllocs()
	sys := newSystem(b)
	done := make(chan struct{})
	got, want := 0, b.N/senders*senders
	ref := spawn(b, sys, func(*actor.Context[*ball], *ball) error {
		if got++; got == want {
			close(done)
		}
		return nil
	})
	if want == 0 {
		return
	}
	send(b, senders, ref.Tell)
	<-done
}

func send(b *testing.B, senders int, tell func(*ball)) {
	b.ResetTimer()
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			m := &ball{}
			for range b.N / senders {
				tell(m)
			}
		})
	}
	all.Wait()
}

func BenchmarkAsk(b *testing.B) {
	b.ReportAllocs()
	sys := newSystem(b)
	ref := spawn(b, sys, func(_ *actor.Context[actor.Ref[int]], r actor.Ref[int]) error {
		r.Tell(1)
		return nil
	})
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.ResetTimer()
	for range b.N {
		if _, err := actor.Ask(ctx, ref, same); err != nil {
			b.Fatal(err)
		}
	}
}

func same(r actor.Ref[int]) actor.Ref[int] { return r }

// BenchmarkSpawn100k spawns 100,000 actors; one operation is all of them.
func BenchmarkSpawn100k(b *testing.B) {
	const many = 100_000
	for range b.N {
		b.StopTimer()
		sys := newSystem(b)
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.StartTimer()
		for range many {
			if _, err := actor.SpawnFunc(sys, "", ignore); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/many, "B/actor")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/actor")
		sys.Kill()
	}
}

func ignore(*actor.Context[int], int) error { return nil }

func BenchmarkRemoteTell(b *testing.B) {
	network := chanpair.New(transport.NewSwitch(transport.WithQueueLimit(1 << 40)))
	benchmarkRemoteTell(b, network, network)
}

// benchmarkRemoteTell has an actor of node a tell one of node b.
func benchmarkRemoteTell(b *testing.B, ofA, ofB transport.Network) {
	b.ReportAllocs()
	from := newSystem(b, actor.WithNetwork(ofA, "a"))
	to := newSystem(b, actor.WithNetwork(ofB, "b"))
	done, got := make(chan struct{}), 0
	spawnAs(b, to, "worker", func(*actor.Context[job], job) error {
		if got++; got == b.N {
			close(done)
		}
		return nil
	})
	ref := actor.RefAt[job](from, "b", "/worker")
	b.ResetTimer()
	for range b.N {
		ref.Tell(job{ID: 7, Name: "build"})
	}
	<-done
}

type job struct {
	ID   int
	Name string
}

package actor_test

import (
	"testing"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// BenchmarkRemoteTellOverPipes is BenchmarkRemoteTell between two hosts of a broker, all in this process.
func BenchmarkRemoteTellOverPipes(b *testing.B) {
	b.ReportAllocs()
	sw := transport.NewSwitch(transport.WithQueueLimit(1 << 40))
	from := newSystem(b, actor.WithNetwork(overPipes(b, sw, "a"), "a"))
	to := newSystem(b, actor.WithNetwork(overPipes(b, sw, "b"), "b"))
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

func overPipes(b *testing.B, sw *transport.Switch, name string) transport.Network {
	ours, theirs, err := pipe.Pair()
	if err != nil {
		b.Fatal(err)
	}
	line, host := pipe.NewLine(name, ours), pipe.NewHost(name, theirs)
	line.Start()
	line.Use(sw)
	host.Start()
	b.Cleanup(func() {
		_ = line.Close()
		line.Wait()
		host.Wait()
	})
	return host
}

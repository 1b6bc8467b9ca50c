package actor_test

import (
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// BenchmarkRemoteTellOverPipes is BenchmarkRemoteTell between two hosts of a broker, all in this process.
func BenchmarkRemoteTellOverPipes(b *testing.B) {
	sw := transport.NewSwitch(transport.WithQueueLimit(1 << 40))
	benchmarkRemoteTell(b, overPipes(b, sw, "a"), overPipes(b, sw, "b"))
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

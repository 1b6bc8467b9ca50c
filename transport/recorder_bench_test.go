package transport_test

import (
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// BenchmarkRecord compares sending with and without WithRecord, per frame, what Take does for it included.
func BenchmarkRecord(b *testing.B) {
	for _, way := range []struct {
		name  string
		burst int
	}{{"single", 1}, {"burst", 64}} {
		b.Run(way.name+"/off", func(b *testing.B) { benchmarkFrames(b, way.burst) })
		b.Run(way.name+"/on", func(b *testing.B) { benchmarkFrames(b, way.burst, transport.WithRecord()) })
	}
}

func benchmarkFrames(b *testing.B, burst int, options ...transport.Option) {
	sw := transport.NewSwitch(options...)
	from, err := sw.Attach("a", nil)
	if err != nil {
		b.Fatal(err)
	}
	to, err := sw.Attach("b", nil)
	if err != nil {
		b.Fatal(err)
	}
	payload := make([]byte, 64)
	var batch transport.Batch
	frames := from.NewBurst()
	b.ReportAllocs()
	for i := 1; b.Loop(); i++ {
		if burst == 1 {
			_ = from.Send("b", payload)
		} else {
			_ = frames.Send("b", payload)
		}
		if i%burst == 0 {
			frames.End()
		}
		if i%(16*64) == 0 {
			to.Take(&batch)
		}
	}
	frames.End()
}

package netconn_test

import (
	"io"
	"net"
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// benchPairs are the connections to compare.
var benchPairs = []struct {
	name string
	make func(b *testing.B) (x, y net.Conn)
}{
	{"chanpair", func(b *testing.B) (x, y net.Conn) {
		network := chanpair.New(transport.NewSwitch())
		x, y, stop, _ := connected(b, network, network)
		b.Cleanup(stop)
		return x, y
	}},
	{"pipe", func(b *testing.B) (x, y net.Conn) {
		sw := transport.NewSwitch()
		x, y, stop, _ := connected(b, link(b, "host 1", sw), link(b, "host 2", sw))
		b.Cleanup(stop)
		return x, y
	}},
	{"net.Pipe", func(*testing.B) (x, y net.Conn) { return net.Pipe() }},
	{"loopback", func(b *testing.B) (x, y net.Conn) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer listener.Close()
		if x, err = net.Dial("tcp", listener.Addr().String()); err != nil {
			b.Fatal(err)
		}
		if y, err = listener.Accept(); err != nil {
			b.Fatal(err)
		}
		return x, y
	}},
}

func BenchmarkStream(b *testing.B) {
	for _, pair := range benchPairs {
		b.Run(pair.name, func(b *testing.B) {
			x, y := pair.make(b)
			defer x.Close()
			ended := make(chan error)
			go func() {
				_, err := io.CopyBuffer(onlyWriter{io.Discard}, y, make([]byte, 64<<10))
				_ = y.Close()
				ended <- err
			}()
			buf := make([]byte, 64<<10)
			b.SetBytes(int64(len(buf)))
			b.ReportAllocs()
			for b.Loop() {
				x.Write(buf)
			}
			x.Close()
			<-ended
		})
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	for _, pair := range benchPairs {
		b.Run(pair.name, func(b *testing.B) {
			x, y := pair.make(b)
			defer x.Close()
			go func() {
				io.CopyBuffer(onlyWriter{y}, y, make([]byte, 100))
				y.Close()
			}()
			buf := make([]byte, 100)
			b.ReportAllocs()
			for b.Loop() {
				x.Write(buf)
				io.ReadFull(x, buf)
			}
		})
	}
}

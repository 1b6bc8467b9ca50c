package pipe_test

import (
	"encoding/binary"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/pipe"
)

func tcpPair(t *testing.T, buffer int) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if near, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	if buffer > 0 {
		for _, c := range []net.Conn{near, far} {
			_ = c.(*net.TCPConn).SetWriteBuffer(buffer)
			_ = c.(*net.TCPConn).SetReadBuffer(buffer)
		}
	}
	return near, far
}

// A Carrier is "two duplex streams", and a TCP connection is one. It takes a part of what
// it is given.
func TestACarrierOfSocketsLosesNothing(t *testing.T) {
	c1, c2 := tcpPair(t, 0)
	d1, d2 := tcpPair(t, 32<<10)
	line := pipe.NewLine("host 1", pipe.Carrier{Control: c1, Data: d1})
	host := pipe.NewHost("host 1", pipe.Carrier{Control: c2, Data: d2})
	line.Start()
	host.Start()
	t.Cleanup(func() { _ = host.Close(); _ = line.Close(); host.Wait(); line.Wait() })
	sw := transport.NewSwitch()
	line.Use(sw)
	gate := make(chan struct{}, 1)
	next, last := uint64(0), make(chan uint64, 1000)
	open(t, host, "b", func(_ transport.Address, payload []byte) {
		got := binary.LittleEndian.Uint64(payload)
		if got != next {
			t.Errorf("frame %d came in place of %d", got, next)
		}
		next = got + 1
		if len(payload) == 8 { // the end of a round
			last <- got
			<-gate
		}
	})
	a, err := chanpair.New(sw).Open("a", ignore)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	payload := make([]byte, 4000)
	number, chance := uint64(0), rand.New(rand.NewPCG(1, 2))
	send := func(n int) {
		binary.LittleEndian.PutUint64(payload, number)
		number++
		if err := a.Send("b", payload[:n]); err != nil {
			t.Fatal(err)
		}
	}
	send(8)
	for range 100 {
		select {
		case <-last:
		case <-line.Done():
			t.Fatalf("the link ended: %v", line.Err())
		case <-host.Done():
			t.Fatalf("the link ended: %v", host.Err())
		case <-time.After(20 * time.Second):
			t.Fatalf("stuck; link %v, %v", line.Err(), host.Err())
		}
		for range 100 { // while the receiver waits the stream fills
			send(100 + chance.IntN(3800))
			busy(15 * time.Microsecond)
		}
		send(8)
		gate <- struct{}{}
	}
	gate <- struct{}{}
}

package pipe_test

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// stress is what two senders, a receiver and somebody who cuts the links share.
type stress struct {
	*testing.T
	sw   *transport.Switch
	stop chan struct{}
	from [2]side
}

// side is one sender.
type side struct {
	address   transport.Address
	sent      uint64 // the number of its last frame
	cut       atomic.Bool
	last      uint64 // belongs to the receiver
	delivered atomic.Uint64
}

// Singles and bursts, cuts and a slow receiver: nothing is lost unaccounted for, doubled,
// out of order, or delivered behind a Cut.
func TestNothingGoesAstrayUnderStress(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for _, options := range [][]transport.Option{nil, {transport.WithQueueLimit(200 << 10)}} {
		s := &stress{T: t, sw: transport.NewSwitch(options...), stop: make(chan struct{})}
		open(t, link(t, "host c", s.sw), "c", s.receive)
		var work sync.WaitGroup
		for i, address := range []transport.Address{"a", "b"} {
			from := &s.from[i]
			from.address = address
			e := open(t, link(t, "host "+string(address), s.sw), address, ignore)
			work.Go(func() { s.send(e, from, rand.New(rand.NewPCG(seed, uint64(i)))) })
			t.Cleanup(func() { _ = e.Close() })
		}
		work.Go(func() { s.cutAndMend(rand.New(rand.NewPCG(seed, 2))) })
		time.AfterFunc(time.Second, func() { close(s.stop) })
		work.Wait()
		s.account()
	}
}

func (s *stress) receive(from transport.Address, payload []byte) {
	side := &s.from[from[0]-'a']
	if side.cut.Load() {
		s.Errorf("a frame of %s came behind a cut", from)
	}
	n := binary.LittleEndian.Uint64(payload)
	if n <= side.last {
		s.Errorf("frame %d of %s came behind %d", n, from, side.last)
	}
	side.last = n
	side.delivered.Add(1)
	if n%500 == 0 {
		busy(200 * time.Microsecond)
	}
}

func (s *stress) send(e transport.Endpoint, from *side, chance *rand.Rand) {
	payload := make([]byte, 6000)
	for {
		select {
		case <-s.stop:
			return
		default:
		}
		if chance.IntN(3) == 0 {
			busy(time.Duration(chance.IntN(30)) * time.Microsecond)
		}
		size := 8 + chance.IntN(100)
		if chance.IntN(10) == 0 {
			size = 8 + chance.IntN(5900)
		}
		from.sent++
		binary.LittleEndian.PutUint64(payload, from.sent)
		if err := e.Send("c", payload[:size]); err != nil {
			s.Error(err)
		}
	}
}

func (s *stress) cutAndMend(chance *rand.Rand) {
	for {
		select {
		case <-s.stop:
			return
		case <-time.After(time.Duration(chance.IntN(2000)) * time.Microsecond):
		}
		from := &s.from[chance.IntN(2)]
		l := transport.Link{From: from.address, To: "c"}
		if err := s.sw.Cut(within(s.T), l); err != nil {
			s.Error(err)
			return
		}
		from.cut.Store(true)
		busy(time.Duration(chance.IntN(300)) * time.Microsecond)
		from.cut.Store(false)
		s.sw.Mend(l)
	}
}

// account waits until every frame sent is one that was delivered or dropped.
func (s *stress) account() {
	for end := time.Now().Add(30 * time.Second); ; {
		open := 0
		for _, stats := range s.sw.Stats() {
			from := &s.from[stats.From[0]-'a']
			all := stats.Frames
			for _, d := range stats.Dropped {
				all += d.Frames
			}
			if all != from.sent || stats.Frames != from.delivered.Load() {
				open++
			}
		}
		if open == 0 {
			return
		}
		if time.Now().After(end) {
			s.Fatalf("the numbers do not agree: %v; sent %d and %d, delivered %d and %d", s.sw.Stats(),
				s.from[0].sent, s.from[1].sent, s.from[0].delivered.Load(), s.from[1].delivered.Load())
		}
		busy(time.Millisecond)
	}
}

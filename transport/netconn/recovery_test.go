package netconn

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// newSender returns one that has measured a round trip of a second, and has sent so many
// segments of 1000 bytes.
func newSender(n int) *sender {
	s := &sender{clock: clock{epoch: time.Now(), path: &path{}}}
	s.ring.held = new(atomic.Int64)
	s.begin(0, 1<<20)
	s.measure(time.Second, 0)
	s.edge = 1 << 20
	s.congestion.window = 1 << 20
	for range n {
		time.Sleep(time.Microsecond)
		s.write(make([]byte, 1000), time.Now())
		f, _ := s.cut()
		s.flights.push(f)
		s.launch(&s.flights.live()[s.flights.len()-1])
	}
	return s
}

// stampOf returns the stamp of the flight that begins at seq.
func (s *sender) stampOf(seq uint64) uint64 {
	for _, f := range s.flights.live() {
		if f.seq == seq {
			return uint64(f.at)
		}
	}
	return 0
}

// arrived acknowledges the flights up to ack, and those of the ranges, as the answer to the
// one that begins at seq.
func (s *sender) hear(seq, ack uint64, ranges ...span) {
	s.acknowledge(&segment{ack: ack, ranges: ranges, echo: s.stampOf(seq)}, time.Now())
}

func (s *sender) state() (text string) {
	for _, f := range s.flights.live() {
		text += fmt.Sprint(f.seq / 1000)
		switch {
		case f.lost:
			text += "lost "
		case f.sacked:
			text += "here "
		default:
			text += " "
		}
	}
	return text + fmt.Sprint(s.pipe)
}

func (s *sender) is(t *testing.T, want string) {
	t.Helper()
	if got := s.state(); got != want {
		t.Errorf("%q\nnot %q", got, want)
	}
}

func TestThreeLaterSegmentsTellOfALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(6)
		s.hear(1000, 0, span{1000, 2000})
		s.hear(2000, 0, span{1000, 3000})
		s.is(t, "0 1here 2here 3 4 5 4000")
		s.hear(3000, 0, span{1000, 4000})
		s.is(t, "0lost 1here 2here 3here 4 5 2000")
		i, ok := s.resend()
		if !ok || i != 0 {
			t.Fatal("it is not sent again")
		}
		s.launch(&s.flights.live()[i])
		s.is(t, "0 1here 2here 3here 4 5 3000")
		s.hear(4000, 0, span{1000, 5000}) // says nothing of what was sent after it
		s.is(t, "0 1here 2here 3here 4here 5 2000")
		s.hear(0, 5000)
		s.is(t, "5 1000")
	})
}

func TestTimeTellsOfALossToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(2)
		time.Sleep(time.Second)
		s.hear(1000, 0, span{1000, 2000})
		s.is(t, "0 1here 1000")
		time.Sleep(s.lossAt - time.Since(s.epoch) - 1)
		s.detect(time.Since(s.epoch))
		s.is(t, "0 1here 1000")
		time.Sleep(time.Nanosecond)
		if since := time.Since(s.epoch); since < 1125*time.Millisecond || since > 1126*time.Millisecond {
			t.Errorf("an eighth longer than a round trip is %v", since)
		}
		s.detect(time.Since(s.epoch))
		s.is(t, "0lost 1here 0")
	})
}

func TestBackoffEndsWithAMeasurement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(1)
		s.srtt, s.rto = 0, firstTimeout // nothing was measured
		var waits []time.Duration
		for range 6 {
			waits = append(waits, s.timeout())
			time.Sleep(s.timeout())
			i, _ := s.probe(time.Now())
			s.launch(&s.flights.live()[i])
		}
		if got := fmt.Sprint(waits); got != "[100ms 200ms 400ms 800ms 1s 1s]" {
			t.Error(got)
		}
		s.acknowledge(&segment{ack: 0, echo: 0}, time.Now())
		if s.backoff != 6 {
			t.Error("nothing has arrived")
		}
		time.Sleep(2 * time.Second)
		s.hear(0, 1000) // the last one: 2 s
		if s.srtt != 2*time.Second || s.timeout() != 6*time.Second || s.backoff != 0 {
			t.Errorf("round trip %v, timeout %v", s.srtt, s.timeout())
		}
	})
}

// TestAMistakeIsUndone has a queue build up, and what counts as lost arrive after all.
func TestAMistakeIsUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(5)
		for range len(s.recent) {
			s.measure(2*time.Second, 1)
		}
		time.Sleep(2 * time.Second)
		first := s.stampOf(0)
		for seq := uint64(1000); seq <= 3000; seq += 1000 {
			s.hear(seq, 0, span{1000, seq + 1000})
		}
		window := float64(1 << 20)
		s.window(t, int(cubicBeta*window))
		i, _ := s.resend()
		s.launch(&s.flights.live()[i])
		s.acknowledge(&segment{ack: 4000, echo: first}, time.Now())
		s.window(t, 1<<20)
		if s.tolerance != 4 {
			t.Errorf("%d later segments make a loss", s.tolerance)
		}
	})
}

func (s *sender) window(t *testing.T, want int) {
	t.Helper()
	if got := int(s.congestion.window); got != want {
		t.Errorf("the window is %d, not %d", got, want)
	}
}

func TestALossWithoutAQueueCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(5)
		time.Sleep(time.Second)
		for seq := uint64(1000); seq <= 3000; seq += 1000 {
			s.hear(seq, 0, span{1000, seq + 1000})
		}
		s.is(t, "0lost 1here 2here 3here 4 1000")
		s.window(t, 1<<20)
	})
}

func TestAReceiverReportsWhatChangedLast(t *testing.T) {
	r := newReceiver()
	r.limit, r.most = 1000, 1000
	for _, seq := range []uint64{1002, 1010, 1020, 1030, 1040, 1011} {
		r.takeText(seq, "x", 0)
	}
	if got, want := fmt.Sprint(r.report()), "[{1010 1012} {1040 1041} {1030 1031} {1020 1021}]"; got != want {
		t.Errorf("%s\nnot %s", got, want)
	}
	r.takeText(1000, "01", 0)
	r.takeText(1003, "3456789", 0)
	if got, want := fmt.Sprint(r.report()), "[{1040 1041} {1030 1031} {1020 1021}]"; got != want {
		t.Errorf("%s\nnot %s", got, want)
	}
}

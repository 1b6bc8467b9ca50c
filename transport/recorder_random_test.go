package transport_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// sum is how many frames of a link there are of each outcome, those in buckets included.
type sum [3]uint64

// check fails the test unless what is kept and what is counted are together what Stats says.
func check(t *testing.T, sw *transport.Switch) {
	t.Helper()
	r := sw.Recorded()
	now := time.Since(r.Began)
	sums, evicted := make([]sum, len(r.Links)), make([]bool, len(r.Links))
	for i, l := range r.Links {
		for j, b := range l.Buckets {
			sums[i][transport.Delivered] += b.Delivered
			sums[i][transport.Lost] += b.Lost
			if b.At%b.Width != 0 || b.At >= r.Complete || j > 0 && b.At <= l.Buckets[j-1].At {
				t.Errorf("%v: bucket %d is %+v", l.Link, j, b)
			}
		}
		evicted[i] = len(l.Buckets) > 0
	}
	last, reasons := time.Duration(0), make([]map[string]uint64, len(r.Links))
	for i := range reasons {
		reasons[i] = map[string]uint64{}
	}
	for _, f := range r.Frames {
		sums[f.Link][f.Outcome]++
		if f.Outcome == transport.Lost {
			reasons[f.Link][f.Reason]++
		}
		ended := f.Ended
		if f.Outcome == transport.Waiting {
			ended = now
		}
		if f.Sent < last || ended < f.Sent || ended > now || (f.Reason != "") != (f.Outcome == transport.Lost) || len(f.Prefix) != min(f.Bytes, transport.PrefixLength) {
			t.Errorf("at %v, behind one of %v: %+v", now, last, f)
		}
		last = f.Sent
	}
	for i, l := range r.Links {
		var dropped uint64
		for reason, d := range l.Dropped {
			dropped += d.Frames
			if kept := reasons[i][reason]; kept > d.Frames || kept < d.Frames && !evicted[i] {
				t.Errorf("%v: %d of %d are kept that were lost by %q", l.Link, kept, d.Frames, reason)
			}
		}
		waiting := uint64(l.Held + l.Delayed + l.Queued + l.UnderWay)
		wanted := sum{l.Frames - uint64(l.Queued), waiting, dropped}
		if evicted[i] && sums[i][transport.Waiting] >= uint64(l.Held+l.Delayed+l.UnderWay) {
			wanted[transport.Waiting] = min(waiting, sums[i][transport.Waiting]) // some in the queue may be evicted
		}
		if sums[i] != wanted {
			t.Errorf("%v: delivered, waiting and lost are %v, not %v: %+v", l.Link, sums[i], wanted, l)
		}
	}
}

// chance does at random what can be done to a Switch.
type chance struct {
	*rand.Rand
	*testing.T
	sw    *transport.Switch
	ports map[transport.Address]*transport.Port
	taken map[transport.Link][]int // lengths of the frames that may yet be lost
	rest  func()                   // returns when nobody else does anything
}

var addresses = []transport.Address{"a", "b", "c", "d"}

func (c *chance) address() transport.Address { return addresses[c.IntN(len(addresses))] }

func (c *chance) link() transport.Link { return transport.Link{From: c.address(), To: c.address()} }

func (c *chance) payload() []byte { return make([]byte, c.IntN(100)) }

func (c *chance) rule() transport.Rule {
	return transport.RuleFunc(func(transport.Frame, transport.Verdict) (v transport.Verdict) {
		switch c.IntN(6) {
		case 0:
			v.Fate, v.Reason = transport.Drop, "loss"
		case 1:
			v.Fate = transport.Hold
		case 2:
			v.Delay = time.Duration(c.IntN(int(50 * ms)))
		case 3:
			v.Delay, v.Overtake = time.Duration(c.IntN(int(50*ms))), true
		case 4:
			v.Wait = time.Duration(c.IntN(int(50 * ms)))
		}
		v.Copies = max(0, c.IntN(8)-5)
		return v
	})
}

func (c *chance) send(frames int) {
	port := c.ports[c.address()]
	if port == nil {
		return
	}
	burst := port.NewBurst()
	defer burst.End()
	for to := c.address(); frames > 0; frames-- {
		if c.IntN(10) == 0 {
			to = c.address()
		}
		if err := burst.Send(to, c.payload()); err != nil {
			c.Error(err)
		}
	}
}

// take takes what waits at a port, which must be what is recorded as queued.
func (c *chance) take() {
	to := c.address()
	queued := map[transport.Address]int{}
	for _, l := range c.sw.Recorded().Links {
		if l.To == to {
			queued[l.From] = l.Queued
		}
	}
	var all int
	for _, n := range queued {
		all += n
	}
	if c.ports[to] == nil || all == 0 {
		return
	}
	var batch transport.Batch
	c.ports[to].Take(&batch)
	for peer, payload := range batch.Frames() {
		l := transport.Link{From: transport.Address(peer), To: to}
		queued[l.From]--
		c.taken[l] = append(c.taken[l], len(payload))
	}
	for from, n := range queued {
		if n != 0 {
			c.Errorf("%d more frames of %s are recorded as queued at %s than were", n, from, to)
		}
	}
}

func (c *chance) lose() {
	l := c.link()
	if c.ports[l.To] == nil || len(c.taken[l]) == 0 {
		return
	}
	n, bytes := 1+c.IntN(len(c.taken[l])), 0
	for _, length := range c.taken[l][:n] {
		bytes += length
	}
	c.taken[l] = c.taken[l][n:]
	c.ports[l.To].Lost(l.From, []string{"refused", transport.ReasonCut}[c.IntN(2)], n, bytes)
}

func (c *chance) reopen() {
	a := c.address()
	if c.ports[a] == nil {
		c.ports[a] = attach(c.T, c.sw, a, quiet{})
	} else if c.IntN(3) == 0 {
		if err := c.ports[a].Close(c.Context()); err != nil {
			c.Error(err)
		}
		c.ports[a] = nil
	}
}

func (c *chance) held(do func(transport.Link, uint64) bool) {
	l := c.link()
	if held := c.sw.HeldFrames(l); len(held) > 0 && !do(l, held[c.IntN(len(held))].Number) {
		c.Errorf("%v does not hold what it holds", l)
	}
}

func (c *chance) step() {
	switch c.IntN(14) {
	case 0, 1:
		c.send(1)
	case 2:
		c.send(1 + c.IntN(100))
	case 3, 4:
		c.take()
	case 5:
		if err := c.sw.Cut(c.Context(), c.link(), c.link()); err != nil {
			c.Error(err)
		}
	case 6:
		c.sw.Mend(c.link(), c.link(), c.link())
	case 7:
		c.sw.SetRule(c.link(), "rule", c.rule())
	case 8:
		c.sw.ClearRule(c.link(), "rule")
	case 9:
		c.sw.ReleaseRule(c.link(), "rule")
	case 10:
		c.held(c.sw.ReleaseOne)
		c.held(c.sw.DropOne)
	case 11:
		c.lose()
	case 12:
		c.reopen()
	default:
		time.Sleep(time.Duration(c.IntN(int(60 * ms))))
	}
}

func (c *chance) run(steps int) {
	for range steps {
		c.step()
		c.rest()
		if check(c.T, c.sw); c.Failed() {
			return
		}
	}
}

// TestWhatIsKeptAndCountedIsWhatStatsSays does anything at random, with rings of some lengths.
func TestWhatIsKeptAndCountedIsWhatStatsSays(t *testing.T) {
	for _, ring := range []int{1, 4, 64, 1 << 10} {
		for seed := range uint64(10) {
			options := []transport.Option{transport.WithRecordOf(ring, 1<<20, 0), transport.WithQueueLimit(3000)}
			run := func(t *testing.T, rest func(), options ...transport.Option) {
				c := &chance{
					rand.New(rand.NewPCG(seed, uint64(ring))), t, transport.NewSwitch(options...),
					map[transport.Address]*transport.Port{},
					map[transport.Link][]int{},
					rest,
				}
				c.run(300)
			}
			t.Run(fmt.Sprintf("ring of %d, seed %d", ring, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { run(t, synctest.Wait, options...) })
			})
			t.Run(fmt.Sprintf("steps, ring of %d, seed %d", ring, seed), func(t *testing.T) {
				withSteps(t, seed, nil, func(steps *transport.Steps) {
					run(t, func() { steps.Do("rest") }, append(options, transport.WithSteps(steps))...)
				})
			})
		}
	}
}

// TestRecordedIsOfOneMoment reads while others send, cut and take.
func TestRecordedIsOfOneMoment(t *testing.T) {
	sw := transport.NewSwitch(transport.WithRecordOf(256, 1<<20, 8))
	a, c := attach(t, sw, "a", &outlet{}), attach(t, sw, "c", &outlet{})
	b := attach(t, sw, "b", quiet{})
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, port := range []*transport.Port{a, c} {
		all.Go(func() {
			for burst := port.NewBurst(); ctx.Err() == nil; burst.End() {
				for range 100 {
					_ = burst.Send("b", []byte("x"))
				}
			}
		})
	}
	all.Go(func() {
		for ctx.Err() == nil {
			_ = sw.Cut(ctx, ab)
			sw.Mend(ab)
		}
	})
	all.Go(func() {
		for batch := (transport.Batch{}); b.Take(&batch); {
			for peer, payload := range batch.Frames() {
				if string(peer) == "c" {
					b.Lost("c", "refused", 1, len(payload))
				}
			}
		}
	})
	counted := func(l transport.RecordedLink) bool { return l.Link == ab && len(l.Buckets) > 1 }
	for n := 0; n < 100 || !slices.ContainsFunc(sw.Recorded().Links, counted); n++ {
		if check(t, sw); t.Failed() {
			break
		}
	}
	cancel()
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	all.Wait()
	check(t, sw)
}

// quiet is an outlet whose recalls need no lock.
type quiet struct{}

func (quiet) Recall(context.Context, transport.Address, uint64) error { return nil }

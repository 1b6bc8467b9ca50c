package fault

import (
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// What a limited link keeps for its turn by default: as much as a router in front of a slow
// line, and on very slow ones still about twenty packets of Ethernet, with much fewer of which no TCP
// can do much.
const (
	defaultQueue      = 250 * time.Millisecond
	defaultQueueBytes = 32 << 10
)

// BandwidthOption is a choice made in NewBandwidth.
type BandwidthOption interface{ apply(*Fault) }

type bandwidthOption func(*Fault)

func (o bandwidthOption) apply(f *Fault) { o(f) }

// Queue bounds how long a frame may have to wait until the link is done with those before
// it: one that would have to wait longer is dropped and counted as "bandwidth". A frame that
// finds the link idle always passes, however long it is. The default is 250 ms, or what
// 32 KiB take if that is more.
func Queue(longest time.Duration) BandwidthOption {
	return bandwidthOption(func(f *Fault) { f.Queue = longest })
}

// NewBandwidth returns the fault that lets rate payload bytes a second pass. It panics if an
// option is nil.
func NewBandwidth(rate int, options ...BandwidthOption) Fault {
	f := Fault{Kind: Bandwidth, Rate: rate}
	for _, o := range options {
		if o == nil {
			panic("transport/fault: an option of NewBandwidth is nil: the only one is Queue")
		}
		o.apply(&f)
	}
	return f
}

// queue returns how long a frame may have to wait for those before it.
func (f Fault) queue() time.Duration {
	if f.Queue > 0 {
		return f.Queue
	}
	return max(defaultQueue, f.takes(defaultQueueBytes))
}

// takes returns how long the link needs for so many bytes.
func (f Fault) takes(bytes float64) time.Duration {
	return time.Duration(bytes / float64(f.Rate) * float64(time.Second))
}

// limiter is the rule of a Bandwidth: it has a frame wait until the bytes before it and its
// own have gone out. What counts is how many went out since the link was last idle, so that
// nothing is lost in rounding.
type limiter struct {
	transport.Rule // which asks judge

	fault       Fault
	began, free time.Time
	out         float64 // bytes since began
}

func (l *limiter) judge(payload []byte, v transport.Verdict) transport.Verdict {
	now := time.Now()
	if !l.free.After(now) {
		l.began, l.free, l.out = now, now, 0
	}
	if l.free.Sub(now) > l.fault.queue() {
		v.Fate, v.Reason = transport.Drop, Bandwidth.String()
		return v
	}
	l.out += float64(len(payload)) * float64(1+max(v.Copies, 0))
	l.free = l.began.Add(l.fault.takes(l.out))
	v.Wait = l.free.Sub(now)
	return v
}

// Emptied makes the link idle.
func (l *limiter) Emptied() { l.free = time.Time{} }

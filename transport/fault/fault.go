package fault

import (
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Fault is one thing that goes wrong on a link. The fields that its Kind does not use
// are ignored.
type Fault struct {
	Kind  Kind
	Share float64 // Loss, Duplication, Reordering, Corruption: of the frames, 0 to 1
	Delay Delay   // Latency: what it adds; Reordering: how far a frame falls back
	Rate  int     // Bandwidth: payload bytes a second
	// Queue is how long a frame may have to wait for those before it, for Bandwidth: one that
	// would have to wait longer is dropped. 0 stands for the default, see Queue.
	Queue time.Duration
	Nth   int // Dropping: only the nth frame that matches, from 1; 0: all of them
	Size  int // MTU: of an IP packet, its headers included, in bytes

	Bursts     GilbertElliott // BurstLoss: when frames are lost
	Fragmented bool           // MTU: what is longer is cut into fragments, not dropped

	Seed uint64 // where the random numbers come from
}

// Check returns an error if the fault makes no sense. It says what is allowed.
func (f Fault) Check() error {
	err := f.check()
	if err != nil {
		return fmt.Errorf("transport/fault: %v: %w", f.Kind, err)
	}
	return nil
}

func (f Fault) check() error {
	if !f.Kind.known() {
		return fmt.Errorf("kind %d is not one of %v to %v (1 to %d)", f.Kind, Latency, lastKind, lastKind)
	}
	switch f.Kind {
	case Loss, Duplication, Reordering, Corruption:
		if !(f.Share >= 0 && f.Share <= 1) { // NaN is neither
			return fmt.Errorf("a share of %v is not allowed, only from 0 to 1", f.Share)
		}
	case Bandwidth:
		if f.Rate < 1 {
			return fmt.Errorf("a rate of %d bytes a second is not allowed, only 1 or more", f.Rate)
		}
		if f.Queue < 0 || f.Queue > maxDelay {
			return fmt.Errorf("a queue of %v is not allowed, only over 0 and up to %v, or 0 for the default", f.Queue, maxDelay)
		}
	case Dropping:
		if f.Nth < 0 {
			return fmt.Errorf("frame number %d is not allowed, only 1 or more, or 0 for all", f.Nth)
		}
	case BurstLoss:
		return f.Bursts.Check()
	case MTU:
		if f.Size < minMTU || f.Size > maxPacket {
			return fmt.Errorf("a packet of %d bytes is not allowed, only of %d to %d", f.Size, minMTU, maxPacket)
		}
	}
	if f.Kind == Latency || f.Kind == Reordering {
		return f.Delay.Check()
	}
	return nil
}

// Rule returns the rule that does this on l, to the frames that match, or to all if
// matches is nil, which Dropping does not allow. matches is called like a rule's Judge,
// for frames that no earlier rule has dropped. A fault that does not pass Check has no
// rule: Rule panics. So it does for an MTU without Datagrams.
func (f Fault) Rule(l transport.Link, matches func(transport.Frame) bool, options ...Option) transport.Rule {
	if err := f.Check(); err != nil {
		panic(fmt.Sprintf("%v (call Check before Rule)", err))
	}
	if matches == nil && f.Kind == Dropping {
		panic("transport/fault: dropping: say which frames: matches must not be nil")
	}
	var what traits
	for _, o := range options {
		o.apply(&what)
	}
	if what.datagram == nil && f.Kind == MTU {
		panic("transport/fault: mtu: say which frames are datagrams: give Rule the option Datagrams")
	}
	if f.Kind == Bandwidth {
		l := &limiter{fault: f}
		l.Rule = delivered(l.judge).rule(matches)
		return l
	}
	rule := f.judge(f.source(l), what).rule(matches)
	if f.Kind == MTU {
		return opener{rule}
	}
	return rule
}

// String returns the fault like "loss 5%", "delay 10ms±2ms" or "bandwidth 1 MiB/s".
func (f Fault) String() string {
	switch f.Kind {
	case Latency:
		return fmt.Sprintf("delay %v", f.Delay)
	case Loss, Duplication, Corruption:
		return fmt.Sprintf("%v %s", f.Kind, percent(f.Share))
	case Reordering:
		return fmt.Sprintf("reordering %s by %v", percent(f.Share), f.Delay)
	case Bandwidth:
		if f.Queue > 0 {
			return fmt.Sprintf("bandwidth %s/s, queue %v", size(f.Rate), f.Queue)
		}
		return fmt.Sprintf("bandwidth %s/s", size(f.Rate))
	case BurstLoss:
		return "loss " + f.Bursts.String()
	case MTU:
		if f.Fragmented {
			return fmt.Sprintf("mtu %d, fragmented", f.Size)
		}
		return fmt.Sprintf("mtu %d", f.Size)
	case Dropping:
		if f.Nth > 0 {
			return fmt.Sprintf("dropping number %d", f.Nth)
		}
	}
	return f.Kind.String()
}

func percent(share float64) string { return fmt.Sprintf("%.4g%%", 100*share) }

func size(bytes int) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	n := float64(bytes)
	for n >= 1024 && len(units) > 1 {
		n /= 1024
		units = units[1:]
	}
	return fmt.Sprintf("%.4g %s", n, units[0])
}

package pipe

import (
	"context"
	"io"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// inflow is the way of frames from the broker to a host's Receiver. One goroutine
// reads and delivers; step is its only lock for each frame.
type inflow struct {
	mu         sync.Mutex
	stepped    sync.Cond // a delivery ended while somebody waited for that
	waiting    int       // how many wait
	open       *endpoint // whose receiver gets frames, or nil
	reading    uint64    // the attachment that the frames now read belong to
	next       uint64    // how many of its frames were delivered or dropped
	delivering *endpoint // whose receiver has frame next-1 now, or nil
	from       transport.Address

	losses []loss // since the last report; only the reader has it
	report func(lostReport)
}

func (in *inflow) init(report func(lostReport)) {
	in.stepped.L = &in.mu
	in.report = report
}

// admit makes an endpoint the one whose receiver gets frames.
func (in *inflow) admit(e *endpoint) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.open = e
}

// readFrom reads and delivers until the stream ends or makes no sense.
func (in *inflow) readFrom(r io.Reader) error {
	defer in.idle()
	frames := newFrameReader(r)
	names := transport.Names{}
	var from transport.Address
	for {
		if err := frames.fill(); err != nil {
			return err
		}
		for {
			peer, payload, ok, err := frames.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if len(peer) == 0 {
				in.begin(markerOf(payload))
				continue
			}
			if string(peer) != string(from) { // most come from where the last one came
				from = names.Of(peer)
			}
			in.take(from, payload)
		}
		in.idle()
		in.flush()
	}
}

// begin turns to the frames of another attachment.
func (in *inflow) begin(attachment uint64) {
	in.idle()
	in.mu.Lock()
	in.reading, in.next = attachment, 0
	in.mu.Unlock()
	in.report(lostReport{attachment, in.losses})
	in.losses = in.losses[:0]
}

func (in *inflow) flush() {
	if len(in.losses) > 0 {
		in.report(lostReport{in.reading, in.losses})
		in.losses = in.losses[:0]
	}
}

func (in *inflow) take(from transport.Address, payload []byte) {
	e, reason := in.step(from)
	if e == nil {
		in.lost(from, reason, len(payload))
		return
	}
	e.receive(from, payload)
}

// step ends the delivery before, and returns the endpoint that the next frame, which
// is from's, may be delivered to, or why it must not be.
func (in *inflow) step(from transport.Address) (e *endpoint, reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	index := in.next
	in.next++
	e = in.open
	switch {
	case e == nil || e.attachment != in.reading:
		e, reason = nil, transport.ReasonDown
	case index < e.recallEnd && index < e.recalled[from]:
		e, reason = nil, transport.ReasonCut
	}
	in.delivering, in.from = e, from
	if in.waiting > 0 {
		in.stepped.Broadcast()
	}
	return e, reason
}

// idle ends the delivery before when no other begins.
func (in *inflow) idle() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.delivering = nil
	in.stepped.Broadcast()
}

// lost notes a dropped frame for the next report.
func (in *inflow) lost(from transport.Address, reason string, bytes int) {
	for i := range in.losses {
		if l := &in.losses[i]; l.Attachment == in.reading && l.From == from && l.Reason == reason {
			l.Frames++
			l.Bytes += bytes
			return
		}
	}
	in.losses = append(in.losses, loss{in.reading, from, reason, 1, bytes})
}

// recall drops the frames of a sender that are among the first taken frames of an
// attachment, and waits while one of them is being delivered.
func (in *inflow) recall(ctx context.Context, attachment uint64, from transport.Address, taken uint64) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if e := in.open; e != nil && e.attachment == attachment {
		e.recalled[from] = max(e.recalled[from], taken)
		e.recallEnd = max(e.recallEnd, taken)
	}
	return in.wait(ctx, func() bool {
		return in.delivering != nil && in.delivering.attachment == attachment && in.from == from && in.next <= taken
	})
}

// shut begins no delivery to the endpoint any more.
func (in *inflow) shut(attachment uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.open != nil && in.open.attachment == attachment {
		in.open = nil
	}
}

// close delivers nothing to the endpoint any more, and waits while something is.
func (in *inflow) close(ctx context.Context, attachment uint64) error {
	in.shut(attachment)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.wait(ctx, func() bool {
		return in.delivering != nil && in.delivering.attachment == attachment
	})
}

// wait waits, with the lock held between, while busy.
func (in *inflow) wait(ctx context.Context, busy func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		in.mu.Lock() // or it could come between a look at ctx and Wait
		defer in.mu.Unlock()
		in.stepped.Broadcast()
	})
	defer stop()
	in.waiting++
	defer func() { in.waiting-- }()
	for busy() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		in.stepped.Wait()
	}
	return nil
}

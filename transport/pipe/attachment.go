package pipe

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// attachment is an endpoint of the host as the broker sees it: a port on the Switch
// of the spec that had borrowed the host.
type attachment struct {
	line   *Line
	number uint64
	port   *transport.Port
	burst  *transport.Burst // belongs to the reader of the line

	arrived uint64 // frames from the host
	done    bool   // the host has dealt with all frames for it
	// The line's lock guards both.

	closing atomic.Bool
	closed  chan struct{} // closed when closeErr is known
	err     error
}

var _ transport.Mover = (*attachment)(nil)

// open attaches the host to the Switch of the spec that has borrowed it.
func (l *Line) open(_ context.Context, r openRequest) (openAnswer, error) {
	err := l.attach(r)
	if err == nil {
		return openAnswer{}, nil
	}
	return openAnswer{
		Refused: err.Error(),
		InUse:   errors.Is(err, transport.ErrInUse),
		NotLent: errors.Is(err, ErrNotLent),
	}, nil
}

func (l *Line) attach(r openRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sw == nil {
		return ErrNotLent
	}
	if l.ended {
		return rpc.ErrClosed
	}
	a := &attachment{line: l, number: r.Attachment, closed: make(chan struct{})}
	port, err := l.sw.Attach(r.Address, a)
	if err != nil {
		return err
	}
	a.port, a.burst = port, port.NewBurst()
	l.attachments[a.number] = a
	l.work.Go(func() { l.failed(l.write(a)) })
	return nil
}

// of returns the attachment of a number, or nil if it is a thing of the past.
func (l *Line) of(number uint64) *attachment {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.attachments[number]
}

// close answers the host's Close. It first lets arrive what the host has sent, so
// that the Switch has counted it all.
func (l *Line) close(ctx context.Context, r closeRequest) (nothing, error) {
	a := l.of(r.Attachment)
	if a == nil {
		return nothing{}, nil // it was detached
	}
	if err := a.awaitArrival(ctx, r.Sent); err != nil {
		return nothing{}, err
	}
	return nothing{}, a.close(ctx)
}

// close takes the port off the Switch. Whoever comes second waits for the first.
func (a *attachment) close(ctx context.Context) error {
	if a.closing.Swap(true) {
		select {
		case <-a.closed:
			return a.err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	a.err = a.port.Close(ctx)
	close(a.closed)
	l := a.line
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrival.Broadcast() // nobody need wait for frames any more
	l.forget(a)
	return a.err
}

// isClosed reports whether close has done its work.
func (a *attachment) isClosed() bool {
	select {
	case <-a.closed:
		return true
	default:
		return false
	}
}

// forget takes an attachment off the list once neither end has to do with it. The caller
// holds the lock.
func (l *Line) forget(a *attachment) {
	if a.done && a.isClosed() {
		delete(l.attachments, a.number)
	}
}

// Move writes frames that come after a pause. The attachment's writer waits for others
// meanwhile.
func (a *attachment) Move(frames []byte) bool { return a.line.out.writeNow(a, frames) }

// Recall asks the host.
func (a *attachment) Recall(ctx context.Context, from transport.Address, taken uint64) error {
	recall := func(ctx context.Context) error {
		_, err := rpc.Call[recallRequest, nothing](ctx, a.line.peer, methodRecall, recallRequest{a.number, from, taken})
		return err
	}
	if a.line.Halted() {
		go func() { _ = recall(context.WithoutCancel(ctx)) }() // it learns of it when it goes on
		return nil
	}
	if err := recall(ctx); err != nil {
		return fmt.Errorf("transport/pipe: host %q: %w", a.line.name, err)
	}
	return nil
}

// lost counts what the host has dropped.
func (l *Line) lost(r lostReport) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range r.Losses {
		if a := l.attachments[one.Attachment]; a != nil {
			a.port.Lost(one.From, one.Reason, one.Frames, one.Bytes)
		}
	}
	if a := l.attachments[r.Done]; a != nil {
		a.done = true
		l.forget(a)
	}
}

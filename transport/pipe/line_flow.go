package pipe

import (
	"context"

	"github.com/7aca83c2/multinode/transport"
)

// read hands the host's frames to its port, until the stream ends or makes no sense.
// Those of an attachment that is closed are dropped.
func (l *Line) read() error {
	frames := newFrameReader(l.data)
	names := transport.Names{}
	var to transport.Address
	var at progress
	for {
		if err := frames.fill(); err != nil {
			return err
		}
		port := l.portOf(at.attachment)
		for {
			peer, payload, ok, err := frames.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if len(peer) == 0 {
				at = progress{attachment: markerOf(payload)}
				port = l.portOf(at.attachment)
				continue
			}
			at.frames++
			if string(peer) != string(to) { // most go where the last one went
				to = names.Of(peer)
			}
			if port != nil {
				_ = port.Send(to, payload) // fails once the port is closed
			}
		}
		l.arrive(at)
	}
}

// portOf returns the port of the attachment if it is the current one.
func (l *Line) portOf(attachment uint64) *transport.Port {
	if a := l.current.Load(); a != nil && a.number == attachment {
		return a.port
	}
	return nil
}

// before reports whether there is something left to read until at.
func (p progress) before(at progress) bool {
	return p.attachment < at.attachment || p.attachment == at.attachment && p.frames < at.frames
}

// arrive says how far the reader is.
func (l *Line) arrive(at progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrived = at
	l.changed.Broadcast()
}

// awaitArrival waits until the reader is that far.
func (l *Line) awaitArrival(ctx context.Context, at progress) error {
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.changed.Broadcast()
	})
	defer stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.arrived.before(at) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		l.changed.Wait()
	}
	return nil
}

// write writes the frames of one attachment after the other to the host, until the
// link ends.
func (l *Line) write() error {
	var batch transport.Batch
	for a := l.nextToWrite(); a != nil; a = l.nextToWrite() {
		if _, err := l.data.Write(appendMarker(nil, a.number)); err != nil {
			return err
		}
		for a.port.Take(&batch) {
			if _, err := l.data.Write(batch.Bytes()); err != nil {
				return err
			}
		}
	}
	return nil
}

// nextToWrite waits for an attachment whose frames are to be written. It returns nil
// when the link has ended.
func (l *Line) nextToWrite() *attachment {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.toWrite) == 0 && !l.ended {
		l.changed.Wait()
	}
	if l.ended {
		return nil
	}
	a := l.toWrite[0]
	l.toWrite = l.toWrite[1:]
	return a
}

package pipe

import (
	"context"

	"github.com/7aca83c2/multinode/transport"
)

// incoming is what the reader of a Line knows.
type incoming struct {
	frames *frameReader
	names  transport.Names
	to     transport.Address // of the last frame
	at     progress
}

// read hands the host's frames to its port, until the stream ends or makes no sense.
func (l *Line) read() error {
	in := incoming{frames: newFrameReader(l.data), names: transport.Names{}}
	for {
		if err := in.frames.fill(); err != nil {
			return err
		}
		if err := l.route(&in); err != nil {
			return err
		}
		l.arrive(in.at)
	}
}

// route hands on what has been read. Frames of an attachment that is closed are dropped.
func (l *Line) route(in *incoming) error {
	burst := l.burstOf(in.at.attachment)
	defer func() { burst.End() }()
	for {
		peer, payload, ok, err := in.frames.next()
		if err != nil || !ok {
			return err
		}
		if len(peer) == 0 {
			burst.End()
			in.at = progress{attachment: markerOf(payload)}
			burst = l.burstOf(in.at.attachment)
			continue
		}
		in.at.frames++
		if string(peer) != string(in.to) { // most go where the last one went
			in.to = in.names.Of(peer)
		}
		if burst != nil {
			_ = burst.Send(in.to, payload) // fails once the port is closed
		}
	}
}

// burstOf returns the burst of the attachment if it is the current one, else nil.
func (l *Line) burstOf(attachment uint64) *transport.Burst {
	if a := l.current.Load(); a != nil && a.number == attachment {
		return a.burst
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

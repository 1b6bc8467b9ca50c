package links

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/transport/fault"
)

// Goodput sends bytes over so many connections at once, and returns how many a second arrived,
// from the first SYN to the last byte.
func (w *Way) Goodput(ctx context.Context, conns, bytes int) (perSecond float64, err error) {
	began := time.Now()
	var all errgroup.Group
	for range conns {
		all.Go(func() error { return w.send(ctx, bytes/conns) })
		all.Go(func() error {
			c, err := w.Listener.Accept()
			if err != nil {
				return err
			}
			defer func() { _ = c.Close() }()
			if _, err := io.CopyN(io.Discard, c, int64(bytes/conns)); err != nil {
				return err
			}
			_, err = c.Write([]byte{1})
			return err
		})
	}
	err = all.Wait()
	return float64(bytes) / time.Since(began).Seconds(), err
}

// send sends n bytes and waits until the other end has them.
func (w *Way) send(ctx context.Context, n int) error {
	c, err := w.Dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	if _, err := c.Write(make([]byte, n)); err != nil {
		return err
	}
	_, err = io.ReadFull(c, make([]byte, 1))
	return err
}

// RoundTrips sends a message of 64 bytes there and back, n times, and returns how long the median
// and the 99th percentile take.
func (w *Way) RoundTrips(ctx context.Context, n int) (median, late time.Duration, err error) {
	c, stop, err := w.echo(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer stop()
	took := make([]time.Duration, n)
	for i := range took {
		began := time.Now()
		if _, err := c.Write(make([]byte, 64)); err != nil {
			return 0, 0, err
		}
		if _, err := io.ReadFull(c, make([]byte, 64)); err != nil {
			return 0, 0, err
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[n/2], took[n*99/100], nil
}

// echo returns a connection to an echo, and what ends both.
func (w *Way) echo(ctx context.Context) (net.Conn, func(), error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := w.Listener.Accept(); err == nil {
			_, _ = io.Copy(c, c) // ends with the other end
			_ = c.Close()
		}
	}()
	c, err := w.Dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	return c, func() { _ = c.Close(); <-done }, nil
}

// AfterUndo has a connection fill a limit of 64 kB/s for a second, undoes that, and returns how
// long a new connection and its first round trip take then.
func (w *Way) AfterUndo(ctx context.Context) (time.Duration, error) {
	if err := w.Inflict(fault.NewBandwidth(64_000)); err != nil {
		return 0, err
	}
	full, err := w.Dial(ctx)
	if err != nil {
		return 0, err
	}
	drain, err := w.Listener.Accept()
	if err != nil {
		return 0, err
	}
	var all errgroup.Group
	all.Go(func() error { _, _ = full.Write(make([]byte, 1<<20)); return nil }) // until it is closed
	all.Go(func() error { _, _ = io.Copy(io.Discard, drain); return nil })
	time.Sleep(time.Second)
	w.Undo(ctx)
	began := time.Now()
	c, stop, err := w.echo(ctx)
	if err == nil {
		_, err = c.Write([]byte{1})
		if err == nil {
			_, err = io.ReadFull(c, make([]byte, 1))
		}
		stop()
	}
	took := time.Since(began)
	_ = full.Close()
	_ = drain.Close()
	return took, errors.Join(err, all.Wait())
}

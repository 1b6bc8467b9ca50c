package pipe

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// endpoint is one attachment as its host sees it.
type endpoint struct {
	host       *Host
	address    transport.Address
	attachment uint64
	inlet      *inlet

	sends bool   // it may
	sent  uint64 // frames
	// The lock of the host's outflow guards both.

	closing  sync.Once
	closeErr error
}

var _ transport.Endpoint = (*endpoint)(nil)

func (e *endpoint) Address() transport.Address { return e.address }

func (e *endpoint) Send(to transport.Address, payload []byte) error {
	if len(payload) > transport.MaxPayload {
		return e.sendError(to, transport.ErrTooLong)
	}
	if err := to.Check(); err != nil {
		return e.sendError(to, err)
	}
	if !e.host.out.put(e, to, payload) {
		return e.sendError(to, e.host.closedError())
	}
	return nil
}

func (e *endpoint) sendError(to transport.Address, err error) error {
	return fmt.Errorf("transport/pipe: %q: send to %q: %w", e.address, to, err)
}

// Discard has the broker told with the next report, which leaves before the host waits for
// more frames.
func (e *endpoint) Discard(from transport.Address, reason string, bytes int) {
	e.host.in.lost(loss{e.attachment, from, reason, 1, bytes})
}

// Close waits for the broker, which waits for the receivers of what this endpoint
// sent. It returns an error if the link has ended: the broker then closes the
// endpoint by itself, but nobody can say that it has done so.
func (e *endpoint) Close() error {
	e.closing.Do(func() {
		if err := e.close(); err != nil {
			e.closeErr = fmt.Errorf("transport/pipe: host %q: close %q: %w", e.host.name, e.address, err)
		}
	})
	return e.closeErr
}

func (e *endpoint) close() error {
	ctx := context.Background()
	sent := e.host.out.close(e)
	e.inlet.Shut()
	_, err := rpc.Call[closeRequest, nothing](ctx, e.host.peer, methodClose, closeRequest{e.attachment, sent})
	_ = e.inlet.Wait(ctx)
	e.host.release(e.attachment)
	return err
}

// closedError says why an endpoint no longer sends.
func (h *Host) closedError() error {
	if reason := h.peer.Err(); reason != nil {
		return fmt.Errorf("%w: %w", net.ErrClosed, reason)
	}
	return net.ErrClosed
}

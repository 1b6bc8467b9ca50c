package pipe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// Host is the end of a link in the process that runs a node: the node's Network. Make one
// with NewHost.
type Host struct {
	end
	out outflow
	in  inflow

	mu   sync.Mutex
	open map[uint64]*endpoint // by attachment, from the begin of Open to the end of Close
	last uint64               // the attachments made
}

var _ transport.Network = (*Host)(nil)

// NewHost returns the host's end of a link. The name is the host's, for errors.
func NewHost(name string, carrier Carrier) *Host {
	h := &Host{end: end{name: name, data: carrier.Data, peer: rpc.NewPeer(carrier.Control)}, open: map[uint64]*endpoint{}}
	h.out.init(carrier.Data)
	h.in = inflow{spawn: h.work.Go, failed: h.failed, limit: queueLimit, inlets: map[uint64]*inlet{}}
	h.in.report = func(r lostReport) { _ = rpc.Notify(h.peer, noticeLost, r) } // fails with the link
	rpc.HandleFunc(h.peer, methodRecall, h.recall)
	rpc.HandleFunc(h.peer, methodDetach, h.detach)
	return h
}

// Start begins to read and write. It must be called once.
func (h *Host) Start() {
	h.peer.Start()
	h.in.readFrom(h.data)
	h.work.Go(func() { h.failed(h.out.writeTo(h.data)) })
	h.work.Go(func() {
		<-h.peer.Done()
		h.out.end()
		_ = h.data.Close()
	})
}

// Open implements transport.Network. While no spec has borrowed the host it returns
// ErrNotLent.
func (h *Host) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	e, err := h.attach(address, receive)
	if err != nil {
		return nil, fmt.Errorf("transport/pipe: host %q: open %q: %w", h.name, address, err)
	}
	return e, nil
}

func (h *Host) attach(address transport.Address, receive transport.Receiver) (*endpoint, error) {
	if err := address.Check(); err != nil {
		return nil, err
	}
	e := h.newEndpoint(address, receive)
	request := openRequest{address, e.attachment}
	answer, err := rpc.Call[openRequest, openAnswer](context.Background(), h.peer, methodOpen, request)
	if err == nil {
		err = answer.err()
	}
	if err != nil {
		h.release(e.attachment)
		e.inlet.Shut()
		e.inlet.finish()
		return nil, err
	}
	if !h.begin(e) {
		return nil, net.ErrClosed
	}
	return e, nil
}

// newEndpoint makes an endpoint, whose first frames may come before the broker's answer.
func (h *Host) newEndpoint(address transport.Address, receive transport.Receiver) *endpoint {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	e := &endpoint{host: h, address: address, attachment: h.last, inlet: h.in.admit(h.last, receive)}
	h.open[e.attachment] = e
	return e
}

// begin lets an endpoint send, unless the broker has detached it meanwhile.
func (h *Host) begin(e *endpoint) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[e.attachment] != e {
		return false
	}
	h.out.open(e)
	return true
}

// release forgets the endpoint of an attachment, and returns it, or nil.
func (h *Host) release(attachment uint64) *endpoint {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.open[attachment]
	delete(h.open, attachment)
	return e
}

func (a openAnswer) err() error {
	switch {
	case a.InUse:
		return transport.ErrInUse
	case a.NotLent:
		return ErrNotLent
	case a.Refused != "":
		return errors.New(a.Refused)
	}
	return nil
}

func (h *Host) recall(ctx context.Context, r recallRequest) (nothing, error) {
	if i := h.in.of(r.Attachment); i != nil {
		return nothing{}, i.Recall(ctx, r.From, r.Taken)
	}
	return nothing{}, nil
}

// detach closes an endpoint that the broker has taken off the Switch.
func (h *Host) detach(ctx context.Context, r detachRequest) (nothing, error) {
	if e := h.release(r.Attachment); e != nil {
		h.out.close(e)
	}
	i := h.in.of(r.Attachment)
	if i == nil {
		return nothing{}, nil
	}
	i.Shut()
	if err := i.Wait(ctx); err != nil {
		return nothing{}, fmt.Errorf("a receiver is still running: %w", err)
	}
	return nothing{}, nil
}

func (h *Host) failed(reason error) { h.fail("broker", reason) }

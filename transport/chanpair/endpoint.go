package chanpair

import (
	"context"

	"github.com/7aca83c2/multinode/transport"
)

// endpoint empties its port into its Receiver.
type endpoint struct {
	*transport.Inbound // for Recall
	port               *transport.Port
	receive            transport.Receiver
	done               chan struct{} // closed when run has ended
}

var (
	_ transport.Endpoint = (*endpoint)(nil)
	_ transport.Outlet   = (*endpoint)(nil)
)

func newEndpoint(receive transport.Receiver) *endpoint {
	return &endpoint{Inbound: transport.NewInbound(), receive: receive, done: make(chan struct{})}
}

func (e *endpoint) Address() transport.Address { return e.port.Address() }

func (e *endpoint) Send(to transport.Address, payload []byte) error { return e.port.Send(to, payload) }

func (e *endpoint) Discard(from transport.Address, reason string, bytes int) {
	e.port.Lost(from, reason, 1, bytes)
}

// Close needs no deadline: within a process, what it waits for is a Receiver.
func (e *endpoint) Close() error {
	e.Shut()
	err := e.port.Close(context.Background())
	<-e.done
	return err
}

func (e *endpoint) run() {
	defer close(e.done)
	var names transport.Names
	var batch transport.Batch
	for e.port.Take(&batch) {
		for peer, payload := range batch.Frames() {
			e.deliver(names.Of(peer), payload)
		}
		e.Idle()
	}
}

func (e *endpoint) deliver(from transport.Address, payload []byte) {
	if reason := e.Step(from); reason != "" {
		e.port.Lost(from, reason, 1, len(payload))
		return
	}
	e.receive(from, payload)
}

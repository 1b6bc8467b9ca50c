package chanpair

import (
	"context"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// endpoint empties its port into its Receiver.
type endpoint struct {
	port    *transport.Port
	receive transport.Receiver
	done    chan struct{} // closed when run has ended

	mu         sync.Mutex
	delivered  sync.Cond                    // a delivery ended
	delivering transport.Address            // whose frame the Receiver has, or ""
	next       uint64                       // how many frames were delivered or given up
	recalled   map[transport.Address]uint64 // frames of a sender before this one are given up
	recallEnd  uint64                       // from this frame on nothing is recalled
}

var (
	_ transport.Endpoint = (*endpoint)(nil)
	_ transport.Outlet   = (*endpoint)(nil)
)

func newEndpoint(receive transport.Receiver) *endpoint {
	e := &endpoint{receive: receive, done: make(chan struct{}), recalled: map[transport.Address]uint64{}}
	e.delivered.L = &e.mu
	return e
}

func (e *endpoint) Address() transport.Address { return e.port.Address() }

func (e *endpoint) Send(to transport.Address, payload []byte) error { return e.port.Send(to, payload) }

func (e *endpoint) Discard(from transport.Address, reason string, bytes int) {
	e.port.Lost(from, reason, 1, bytes)
}

// Close needs no deadline: within a process, what it waits for is a Receiver.
func (e *endpoint) Close() error {
	err := e.port.Close(context.Background())
	<-e.done
	return err
}

func (e *endpoint) run() {
	defer close(e.done)
	names := transport.Names{}
	var batch transport.Batch
	for e.port.Take(&batch) {
		for peer, payload := range batch.Frames() {
			e.deliver(names.Of(peer), payload)
		}
	}
}

func (e *endpoint) deliver(from transport.Address, payload []byte) {
	if !e.begin(from) {
		e.port.Lost(from, transport.ReasonCut, 1, len(payload))
		return
	}
	e.receive(from, payload)
	e.mu.Lock()
	e.delivering = ""
	e.delivered.Broadcast()
	e.mu.Unlock()
}

// begin reports whether the next frame, which is from's, may be delivered.
func (e *endpoint) begin(from transport.Address) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	index := e.next
	e.next++
	if e.port.Closed() || index < e.recallEnd && index < e.recalled[from] {
		return false
	}
	e.delivering = from
	return true
}

func (e *endpoint) Recall(ctx context.Context, from transport.Address, taken uint64) error {
	stop := context.AfterFunc(ctx, func() {
		e.mu.Lock() // or it could come between a look at ctx and Wait
		defer e.mu.Unlock()
		e.delivered.Broadcast()
	})
	defer stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.recalled[from] = max(e.recalled[from], taken) // of two at once, the later may come first
	e.recallEnd = max(e.recallEnd, taken)
	for e.delivering == from && e.next <= taken {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e.delivered.Wait()
	}
	return nil
}

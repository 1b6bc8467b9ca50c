package ring

import (
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// node is a wire as a node of a spec has it: an endpoint of the network.
type node struct {
	endpoint transport.Endpoint
	to       transport.Address
	handle   atomic.Pointer[transport.Receiver] // what the request in progress does with frames
	handles  chan struct{}                      // gets one when there is such a request
}

func newNode(to transport.Address) *node { return &node{to: to, handles: make(chan struct{}, 1)} }

// got is the endpoint's receiver. A frame waits for the request that it is for.
func (w *node) got(from transport.Address, payload []byte) {
	handle := w.handle.Load()
	for handle == nil {
		<-w.handles
		handle = w.handle.Load()
	}
	(*handle)(from, payload)
}

// during has a receiver get the frames while f runs.
func (w *node) during(receive transport.Receiver, f func() error) error {
	w.handle.Store(&receive)
	select {
	case w.handles <- struct{}{}:
	default:
	}
	defer w.handle.Store(nil)
	return f()
}

func (w *node) send(n int, payload []byte) error {
	for range n {
		if err := w.endpoint.Send(w.to, payload); err != nil {
			return err
		}
	}
	return nil
}

func (w *node) receive(l Load, acks *acks) error {
	done, arrived, frame := make(chan error, 1), 0, l.frame()
	take := func(transport.Address, []byte) {
		err := acks.write(frame)
		if arrived++; arrived == l.Frames || err != nil {
			done <- err
		}
	}
	return w.during(take, func() error { return <-done })
}

func (w *node) ping(l Load) (took []time.Duration, err error) {
	back := make(chan struct{}, 1)
	payload := make([]byte, l.Size)
	err = w.during(func(transport.Address, []byte) { back <- struct{}{} }, func() error {
		for range l.Frames {
			began := time.Now()
			if err := w.endpoint.Send(w.to, payload); err != nil {
				return err
			}
			<-back
			took = append(took, time.Since(began))
		}
		return nil
	})
	return took, err
}

func (w *node) echo(l Load) error {
	done, arrived := make(chan error, 1), 0
	answer := func(from transport.Address, payload []byte) {
		err := w.endpoint.Send(from, payload)
		if arrived++; arrived == l.Frames || err != nil {
			done <- err
		}
	}
	return w.during(answer, func() error { return <-done })
}

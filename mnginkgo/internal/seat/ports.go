package seat

import (
	"errors"
	"net"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// ports is the network as one node sees it. It remembers the node's endpoints, so
// that a crash can take them away whatever the node is made of.
type ports struct {
	network transport.Network

	mu     sync.Mutex
	open   []transport.Endpoint
	closed bool
}

// Open implements transport.Network; after a crash it returns net.ErrClosed.
func (p *ports) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, net.ErrClosed
	}
	endpoint, err := p.network.Open(address, receive)
	if err == nil {
		p.open = append(p.open, endpoint)
	}
	return endpoint, err
}

// closeAll closes the endpoints, and opens no more.
func (p *ports) closeAll() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for _, endpoint := range p.open {
		errs = append(errs, endpoint.Close())
	}
	p.open = nil
	return errors.Join(errs...)
}

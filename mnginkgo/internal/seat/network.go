package seat

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Network is the network as one node sees it.
type Network struct {
	ports
	address transport.Address // of the stack
	options []netconn.Option

	mu    sync.Mutex
	stack *netconn.Stack // made when it is first needed
	err   error          // why there is none
}

// Stack returns the node's end of connections of package net; after a crash it returns net.ErrClosed.
func (n *Network) Stack() (*netconn.Stack, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stack == nil && n.err == nil {
		n.stack, n.err = netconn.NewStack(&n.ports, n.address, n.options...)
	}
	return n.stack, n.err
}

// made returns the stack, or nil if none was needed.
func (n *Network) made() *netconn.Stack {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.stack
}

// close takes the node off the network at once; its connections end on its side.
func (n *Network) close() error {
	err := n.closeAll()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stack != nil {
		err = errors.Join(err, n.stack.Close())
	}
	n.stack, n.err = nil, net.ErrClosed
	return err
}

// shutdown takes the node off the network when its connections have ended in good order,
// or ctx ends.
func shutdown(ctx context.Context, n *Network) error {
	if stack := n.made(); stack != nil {
		_ = stack.Shutdown(ctx) // peers that are cut off, or gone, do not answer
	}
	return n.close()
}

// reset ends the connections of the node with some roles.
func (s *Seat) reset(_ context.Context, roles []string) (int, error) {
	node, _, err := s.current()
	if err != nil {
		return 0, err
	}
	n, stack := 0, node.Network.made()
	if stack == nil {
		return 0, nil // it has none
	}
	for _, role := range roles {
		n += stack.Reset(role)
	}
	return n, nil
}

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

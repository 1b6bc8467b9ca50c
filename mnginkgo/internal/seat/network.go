package seat

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Network is the network as one node sees it. It remembers the node's endpoints, so that a crash can take
// them away whatever the node is made of.
type Network struct {
	network transport.Network
	address transport.Address // of the stack
	options []netconn.Option

	making sync.Mutex     // guards what is next, and is held while the stack opens its endpoint
	stack  *netconn.Stack // made when it is first needed
	err    error          // why there is none

	mu     sync.Mutex
	open   []transport.Endpoint
	closed bool
}

// Open implements transport.Network; after a crash it returns net.ErrClosed.
func (n *Network) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, net.ErrClosed
	}
	endpoint, err := n.network.Open(address, receive)
	if err == nil {
		n.open = append(n.open, endpoint)
	}
	return endpoint, err
}

// Stack returns the node's end of connections of package net; after a crash it returns net.ErrClosed.
func (n *Network) Stack() (*netconn.Stack, error) {
	n.making.Lock()
	defer n.making.Unlock()
	if n.stack == nil && n.err == nil {
		n.stack, n.err = netconn.NewStack(n, n.address, n.options...)
	}
	return n.stack, n.err
}

// made returns the stack, or nil if none was needed.
func (n *Network) made() *netconn.Stack {
	n.making.Lock()
	defer n.making.Unlock()
	return n.stack
}

// close takes the node off the network at once; its connections end on its side.
func (n *Network) close() error {
	n.mu.Lock()
	n.closed = true
	var errs []error
	for _, endpoint := range n.open {
		errs = append(errs, endpoint.Close())
	}
	n.open = nil
	n.mu.Unlock()
	n.making.Lock()
	defer n.making.Unlock()
	if n.stack != nil {
		errs = append(errs, n.stack.Close())
	}
	n.stack, n.err = nil, net.ErrClosed
	return errors.Join(errs...)
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

package chanpair

import "github.com/7aca83c2/multinode/transport"

// Network gives nodes of this process their endpoints on one Switch.
type Network struct{ sw *transport.Switch }

var _ transport.Network = (*Network)(nil)

// New returns the Network of the endpoints on sw.
func New(sw *transport.Switch) *Network { return &Network{sw} }

// Open implements transport.Network.
func (n *Network) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	e := newEndpoint(receive)
	port, err := n.sw.Attach(address, e)
	if err != nil {
		return nil, err
	}
	e.port = port
	go e.run()
	return e, nil
}

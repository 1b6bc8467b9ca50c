package netconn

import (
	"github.com/7aca83c2/multinode/transport"
)

// flagDeserted is that of a segment that is about no connection but all between two hosts:
// the sender knows none of them any more. It stands for the RST that a kernel sends for each
// socket of a process that has died. TCP gives SYN and RST together no meaning.
const flagDeserted = flagSYN | flagRST

// Deserted opens at address the stack of a host that has outlived its process: it answers
// what comes for the process's connections and ports as a port where nobody listens, so that
// to dial it fails with ECONNREFUSED, and to write with ECONNRESET. First it tells the peers,
// the addresses of other stacks, that their connections with it are over: those who only
// read get ECONNRESET as well. A peer that this does not reach, as links may be cut or lose
// it, learns when it sends. It returns the network's error if the address cannot be opened.
func Deserted(network transport.Network, address transport.Address, peers ...transport.Address) (*Stack, error) {
	s, err := NewStack(network, address)
	if err != nil {
		return nil, err
	}
	for _, peer := range peers {
		_ = s.send(peer, &segment{flags: flagDeserted}, nil, nil) // fails only once the endpoint is closed
	}
	return s, nil
}

// bereave ends all connections with a host whose process has died.
func (s *Stack) bereave(peer transport.Address) {
	for _, c := range s.connsWith(peer) {
		c.bereave()
	}
}

// connsWith returns the connections with a host.
func (s *Stack) connsWith(peer transport.Address) (conns []*conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, c := range s.conns {
		if key.peer == peer {
			conns = append(conns, c)
		}
	}
	return conns
}

// bereave ends a connection that stands. Of one whose peer had sent FIN nothing more was to
// come; it is reset when something is sent.
func (c *conn) bereave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state >= stateSynReceived && c.state != stateDead && !c.in.eof {
		c.handleReset()
	}
}

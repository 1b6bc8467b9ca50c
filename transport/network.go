package transport

// Address names an endpoint on a Switch, in this project a node's role. It is at
// most MaxAddress bytes long and not empty.
type Address string

// MaxAddress is the length, in bytes, of the longest Address: the frame encoding
// has one byte for it.
const MaxAddress = 255

// Check returns nil if there can be such an Address, and otherwise ErrAddress.
func (a Address) Check() error {
	if len(a) == 0 || len(a) > MaxAddress {
		return ErrAddress
	}
	return nil
}

// Names turns the bytes of addresses into Addresses without allocating one each time. The
// zero Names is ready for use, but not by several goroutines.
type Names struct {
	last  Address // most come in a row
	known map[string]Address
}

// Of returns b as an Address.
func (n *Names) Of(b []byte) Address {
	if string(b) != string(n.last) { // neither this nor the look-up copies b
		n.last = n.lookUp(b)
	}
	return n.last
}

func (n *Names) lookUp(b []byte) Address {
	if a, ok := n.known[string(b)]; ok {
		return a
	}
	if n.known == nil {
		n.known = map[string]Address{}
	}
	a := Address(b)
	n.known[string(a)] = a
	return a
}

// Link is the directed way from one address to another.
type Link struct{ From, To Address }

// String returns the link as "a>b".
func (l Link) String() string { return string(l.From) + ">" + string(l.To) }

// Frame is one message on a link. A rule that is shown a Frame must not keep or
// change its Payload.
type Frame struct {
	Link
	Payload []byte
}

// Receiver is called with each frame that arrives at an endpoint, one at a time,
// in order per sender. The payload is only valid until it returns. It must return
// soon: while it runs no other frame of this endpoint is delivered, and a Cut of
// the link it is called for waits for it.
type Receiver func(from Address, payload []byte)

// Network gives nodes their endpoints.
type Network interface {
	// Open makes an endpoint at address whose frames go to receive. It returns
	// ErrAddress if address is empty or too long, and ErrInUse while another
	// endpoint is open there.
	Open(address Address, receive Receiver) (Endpoint, error)
}

// Endpoint is one node's place on the network. Its methods may be called from
// several goroutines.
type Endpoint interface {
	// Address returns the address it was opened with.
	Address() Address
	// Send hands a copy of payload to the network, addressed to to. A nil error
	// means that it was handed over, not that it arrives: the link may be cut or
	// nobody be there. Send returns ErrTooLong for a payload over MaxPayload,
	// ErrAddress for an address that cannot exist, and net.ErrClosed after Close.
	Send(to Address, payload []byte) error
	// Discard says that the Receiver has thrown away the frame of that sender and of so
	// many bytes that it was called with, and why: it is counted as dropped on its link,
	// at once or soon, and not as delivered. It must only be called by the Receiver.
	Discard(from Address, reason string, bytes int)
	// Close takes the endpoint off the network. Once it has returned, the receiver
	// is not running and will not be called again, and nothing the endpoint sent
	// is delivered to anyone. It must not be called from the endpoint's own
	// Receiver. Closing twice is allowed.
	Close() error
}

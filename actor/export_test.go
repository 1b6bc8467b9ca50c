package actor

import "github.com/7aca83c2/multinode/transport"

// Receive hands the system a frame as the network would.
func (s *System) Receive(from transport.Address, frame []byte) { s.receive(from, frame) }

// Resend sends everything unacknowledged again, as the timer does.
func (s *System) Resend() { s.resend() }

// Seal seals a frame, if it is one.
func Seal(frame []byte, number uint64) {
	if len(frame) >= unsealed {
		seal(frame, number)
	}
}

// Header is the beginning of every frame.
func (s *System) Header(kind byte) []byte { return s.header(nil, kind, 0) }

// Frame is a whole tell frame.
func Frame[M any](r Ref[M], m M) []byte {
	to := r.to.(remote[M])
	frame, err := to.frame(nil, m, nil)
	if err != nil {
		panic(err)
	}
	return frame
}

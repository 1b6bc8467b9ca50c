package gossip

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/7aca83c2/multinode/internal/codec"
)

// Encode returns the bytes of a State: equal ones for equal states.
func (s State) Encode() []byte {
	buf, err := codec.AppendAs[State](nil, s)
	if err != nil {
		panic(fmt.Sprintf("cluster/gossip: encode state: %v; keep its fields to types that travel", err))
	}
	return buf
}

// Decode returns the State that Encode made bytes of. It returns an error for bytes
// that Encode cannot have made.
func Decode(data []byte) (State, error) {
	s, err := codec.DecodeAs[State](data, nil)
	if err != nil {
		return State{}, fmt.Errorf("cluster/gossip: decode state: %w", err)
	}
	if err := s.check(); err != nil {
		return State{}, fmt.Errorf("cluster/gossip: decode state: %w", err)
	}
	return s, nil
}

// Digest returns a number that tells encoded states apart. Eight bytes of SHA-256 make
// a mistake less likely than one in 10^12, for a million states.
func Digest(encoded []byte) uint64 {
	sum := sha256.Sum256(encoded)
	return binary.LittleEndian.Uint64(sum[:])
}

func (s State) check() error {
	for i, r := range s.Records {
		if r.Status < Joining || r.Status > Removed || i > 0 && s.Records[i-1].Address >= r.Address {
			return fmt.Errorf("bad record %d, of %q", i, r.Address)
		}
	}
	for i, r := range s.Reports {
		if i > 0 && s.Reports[i-1].Observer.Address >= r.Observer.Address ||
			!slices.IsSortedFunc(r.Unreachable, Node.Compare) {
			return fmt.Errorf("bad report %d, of %q", i, r.Observer.Address)
		}
	}
	return nil
}

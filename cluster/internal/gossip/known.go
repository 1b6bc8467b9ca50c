package gossip

import (
	"bytes"
	"errors"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// Known is a State, and what follows from it. It is a value, too: nothing in it may be changed. The nodes of one process,
// which learn the same of each other again and again, share it, and so it is worked out once, not by each of them.
type Known struct {
	State
	Code   []byte                                    // as Encode returns it
	Digest uint64                                    // of Code
	Alive  []Record                                  // as Members returns them
	Blame  map[transport.Address][]transport.Address // as Unreachable does
}

// book has the Known of this process that were needed lately.
var book = struct {
	sync.Mutex
	states map[uint64]*Known    // by their digest
	merged map[[2]*Known]*Known // by what was merged
}{states: map[uint64]*Known{}, merged: map[[2]*Known]*Known{}}

// kept bounds how many there are: as many as are on the way at a time while a large cluster is in trouble.
const kept = 256

// Known returns what is known of the State.
func (s State) Known() *Known {
	code := s.Encode()
	return s.known(code, Digest(code))
}

// Learn returns what is known of an encoded State, or an error for bytes that Encode cannot have made or that have another
// digest.
func Learn(code []byte, digest uint64) (*Known, error) {
	if k := lookUp(digest, code); k != nil {
		return k, nil
	}
	s, err := Decode(code)
	switch {
	case err != nil:
		return nil, err
	case Digest(code) != digest:
		return nil, errDigest
	}
	return s.known(bytes.Clone(code), digest), nil
}

var errDigest = errors.New("another digest than it says")

// Join returns what is known of a and b merged.
func Join(a, b *Known) *Known {
	both := [2]*Known{a, b}
	book.Lock()
	k := book.merged[both]
	book.Unlock()
	if k != nil {
		return k
	}
	k = Merge(a.State, b.State).Known()
	book.Lock()
	defer book.Unlock()
	keep(book.merged, both, k)
	return k
}

func lookUp(digest uint64, code []byte) *Known {
	book.Lock()
	k := book.states[digest]
	book.Unlock()
	if k == nil || !bytes.Equal(k.Code, code) {
		return nil
	}
	return k
}

func (s State) known(code []byte, digest uint64) *Known {
	if k := lookUp(digest, code); k != nil {
		return k
	}
	k := &Known{s, code, digest, s.Members(), s.Unreachable()}
	book.Lock()
	defer book.Unlock()
	keep(book.states, digest, k)
	return k
}

// keep notes one, and forgets all others if there are too many.
func keep[K comparable](in map[K]*Known, key K, k *Known) {
	if len(in) >= kept {
		clear(in)
	}
	in[key] = k
}

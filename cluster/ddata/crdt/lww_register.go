package crdt

import (
	"cmp"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// LWWRegister has one value, the last that was set. Which is the last is a matter of the
// nodes' clocks: of two values that were set without knowledge of each other, the one
// with the later time stays, or that of the greater Replica.
type LWWRegister[T any] struct {
	value T
	at    int64 // nanoseconds since 1970; 0: never set
	by    Replica
}

var _ Value[LWWRegister[int]] = LWWRegister[int]{}

// Value returns the value, which is the zero value of T before any was set.
func (r LWWRegister[T]) Value() T { return r.value }

// Set returns the register with value, set by self at the time now. If the value before
// has a later time, because it comes from a node whose clock is ahead, now counts as a
// nanosecond after that.
func (r LWWRegister[T]) Set(self Replica, now time.Time, value T) LWWRegister[T] {
	return LWWRegister[T]{value, max(now.UnixNano(), r.at+1), self}
}

// Merge implements Value.
func (r LWWRegister[T]) Merge(other LWWRegister[T]) LWWRegister[T] {
	if other.after(r) {
		return other
	}
	return r
}

// Since implements Value.
func (r LWWRegister[T]) Since(other LWWRegister[T]) LWWRegister[T] {
	if r.after(other) {
		return r
	}
	return LWWRegister[T]{}
}

// Prune returns the register: there is nothing to collapse.
func (r LWWRegister[T]) Prune(transport.Address, uint64) LWWRegister[T] { return r }

func (r LWWRegister[T]) after(other LWWRegister[T]) bool {
	return cmp.Or(cmp.Compare(r.at, other.at), r.by.Compare(other.by)) > 0
}

type lwwRegisterWire[T any] struct {
	Value T
	At    int64
	By    Replica
}

// AppendWire encodes the register.
func (r LWWRegister[T]) AppendWire(buf []byte) ([]byte, error) {
	return codec.AppendAs(buf, lwwRegisterWire[T]{r.value, r.at, r.by})
}

// DecodeWire decodes what AppendWire wrote.
func (r *LWWRegister[T]) DecodeWire(data []byte, env any) error {
	w, err := codec.DecodeAs[lwwRegisterWire[T]](data, env)
	*r = LWWRegister[T]{w.Value, w.At, w.By}
	return err
}

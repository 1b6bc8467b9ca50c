package crdt

import (
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// PNCounter is a counter that goes up and down.
type PNCounter struct{ up, down GCounter }

var _ Value[PNCounter] = PNCounter{}

// Value returns the count.
func (c PNCounter) Value() int64 { return int64(c.up.Value()) - int64(c.down.Value()) }

// Add returns the counter with n added by self; n may be negative.
func (c PNCounter) Add(self Replica, n int64) PNCounter {
	if n < 0 {
		return PNCounter{c.up, c.down.Increment(self, uint64(-n))}
	}
	return PNCounter{c.up.Increment(self, uint64(n)), c.down}
}

// Merge implements Value.
func (c PNCounter) Merge(other PNCounter) PNCounter {
	return PNCounter{c.up.Merge(other.up), c.down.Merge(other.down)}
}

// Since implements Value.
func (c PNCounter) Since(other PNCounter) PNCounter {
	return PNCounter{c.up.Since(other.up), c.down.Since(other.down)}
}

// Prune implements Value. The count stays what it was.
func (c PNCounter) Prune(address transport.Address, until uint64) PNCounter {
	return PNCounter{c.up.Prune(address, until), c.down.Prune(address, until)}
}

type pnCounterWire struct{ Up, Down GCounter }

// AppendWire encodes the counter.
func (c PNCounter) AppendWire(buf []byte) ([]byte, error) {
	return codec.AppendAs(buf, pnCounterWire{c.up, c.down})
}

// DecodeWire decodes what AppendWire wrote.
func (c *PNCounter) DecodeWire(data []byte, env any) error {
	w, err := codec.DecodeAs[pnCounterWire](data, env)
	*c = PNCounter{w.Up, w.Down}
	return err
}

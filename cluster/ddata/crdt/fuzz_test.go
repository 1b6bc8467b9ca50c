package crdt_test

import (
	"testing"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
)

// FuzzDecode decodes bytes of unknown origin, and uses what comes of it.
func FuzzDecode(f *testing.F) {
	f.Add(encode(f, crdt.PNCounter{}.Add(onA, 3).Add(onB, -1).Prune("a", 1)))
	f.Add(encode(f, crdt.ORSet[string]{}.Add(onA, "x").Add(onB, "y").Remove("x").Prune("b", 1)))
	f.Add(encode(f, crdt.ORMap[string, crdt.GCounter]{}.Update(onA, "k",
		func(as crdt.Replica, c crdt.GCounter) crdt.GCounter { return c.Increment(as, 1) })))
	f.Fuzz(func(_ *testing.T, data []byte) {
		use[crdt.PNCounter](data)
		use[crdt.GSet[string]](data)
		use[crdt.ORSet[string]](data)
		use[crdt.LWWRegister[string]](data)
		use[crdt.ORMap[string, crdt.GCounter]](data)
	})
}

func use[V crdt.Value[V]](data []byte) {
	if v, err := codec.DecodeAs[V](data, nil); err == nil {
		_ = v.Merge(v.Since(*new(V))).Prune("a", 1).Since(v)
	}
}

package ddata

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
)

// BenchmarkTick is what a tick costs while a peer that lacks everything cannot be sent it:
// with 2,000 values of 5 kB, and all frames that are longer than 64 KiB lost.
func BenchmarkTick(b *testing.B) {
	l := newLab(b, patient)
	l.Boot("a")
	l.Boot("b")
	for i, a := range []transport.Address{"a", "b"} {
		r, err := Start(l.Nodes[a], WithGossipInterval(20*time.Millisecond))
		if err != nil {
			b.Fatal(err)
		}
		l.at[a] = r
		if i == 0 {
			long := dropLonger(64 << 10)
			l.Switch.SetRule(transport.Link{From: "a", To: "b"}, "long", long)
			for i := range 2000 {
				key := NewKey[crdt.GSet[string]](fmt.Sprintf("%05d", i))
				err := Update(context.Background(), r, key, Local, func(s crdt.GSet[string]) crdt.GSet[string] {
					return s.Add(strings.Repeat("x", 5000))
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	l.AwaitUp()
	b.ReportAllocs()
	for b.Loop() {
		for range 2 {
			l.at["a"].to.Tell(message{Kind: tick})
			l.get("a", Local) // behind it
			l.get("b", Local)
		}
	}
}

type dropLonger int

// Judge drops the frame if it is longer.
func (d dropLonger) Judge(f transport.Frame, v transport.Verdict) transport.Verdict {
	if len(f.Payload) > int(d) {
		v.Fate, v.Reason = transport.Drop, transport.ReasonDropped
	}
	return v
}

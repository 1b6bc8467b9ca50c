package company

import (
	"context"
	"os"
	"sync/atomic"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Process is this process's part in the run.
type Process struct {
	broker  *broker.Broker  // of process 1, and nil elsewhere
	session *broker.Session // nil where there is no broker
	house   *rolecode.House // this process as a host; nil as long as it is none
	dir     string          // the folder of process 1; "" in a run on one Ginkgo process
	loans   atomic.Uint64   // so far
	loan    atomic.Uint64   // the number of the one that it has for a spec, or 0
	late    late
}

// Host is what a process needs to host roles.
type Host struct {
	Tree    string         // the fingerprint of what it has built
	Suite   *innards.Suite // nil if Ginkgo is not known
	NewSeat func(stage.Backstage, transport.Network, *rolecode.House) broker.Seat
}

// Dir returns the folder that the processes of the run have in common, or "" if there is one
// Ginkgo process.
func (p *Process) Dir() string { return p.dir }

// connect makes this process a host. What is printed while it hosts a role goes to printed,
// if that is not nil.
func (p *Process) connect(ctx context.Context, carrier pipe.Carrier, h Host, printed *os.File) error {
	rolecode.TakeOverFailures()
	house := rolecode.NewHouse(h.Suite, printed)
	s, err := broker.Connect(ctx, carrier, h.Tree, func(bs stage.Backstage, network transport.Network) broker.Seat {
		return h.NewSeat(bs, network, house)
	})
	if err != nil {
		return err
	}
	rolecode.OnLate(s.Late)
	go func() {
		<-s.Done()
		house.End() // nobody reads what is printed for a role any more
	}()
	p.session, p.house = s, house
	return nil
}

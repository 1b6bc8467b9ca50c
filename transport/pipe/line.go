package pipe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// Line is the broker's end of the link to one host. Make one with NewLine.
type Line struct {
	end
	out    lineWriter
	halted atomic.Bool

	mu          sync.Mutex
	arrival     sync.Cond // of frames
	sw          *transport.Switch
	attachments map[uint64]*attachment // open, or the host may still report losses of them
	ended       bool
}

// NewLine returns the broker's end of a link. The name is the host's, for errors.
func NewLine(name string, carrier Carrier) *Line {
	l := &Line{
		end: end{name: name, data: carrier.Data, peer: rpc.NewPeer(carrier.Control)},
		out: lineWriter{data: carrier.Data, direct: newDirect(carrier.Data)}, attachments: map[uint64]*attachment{},
	}
	l.arrival.L = &l.mu
	rpc.HandleFunc(l.peer, methodOpen, l.open)
	rpc.HandleFunc(l.peer, methodClose, l.close)
	rpc.HandleNoticeFunc(l.peer, noticeLost, l.lost)
	return l
}

// Start begins to read and write. It must be called once.
func (l *Line) Start() {
	l.peer.Start()
	l.work.Go(func() { l.failed(l.read()) })
	l.work.Go(func() {
		<-l.peer.Done()
		l.finish()
	})
}

// Use has the host's next Open attach to sw, or be refused if sw is nil, as it is at
// first. It does not touch endpoints that are open.
func (l *Line) Use(sw *transport.Switch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sw = sw
}

// Detach closes the host's endpoints, if it has any, as a crash does: nothing they ever sent
// is delivered after Detach returns, whatever the host does. Detach then waits until their
// Receivers are not running and will not be called again. It returns an error if that, or a
// receiver's process, was not confirmed before ctx ended.
func (l *Line) Detach(ctx context.Context) error {
	return l.each(func(a *attachment) error {
		err := a.close(ctx)
		_, err2 := rpc.Call[detachRequest, nothing](ctx, l.peer, methodDetach, detachRequest{a.number})
		if err = errors.Join(err, err2); err != nil {
			return fmt.Errorf("transport/pipe: host %q: detach %q: %w", l.name, a.port.Address(), err)
		}
		return nil
	})
}

// each does something with all attachments that are not closed, at once, and returns the
// errors in the order of the addresses.
func (l *Line) each(do func(*attachment) error) error {
	l.mu.Lock()
	all := slices.Collect(maps.Values(l.attachments))
	l.mu.Unlock()
	all = slices.DeleteFunc(all, (*attachment).isClosed)
	slices.SortFunc(all, func(x, y *attachment) int { return cmp.Compare(x.port.Address(), y.port.Address()) })
	errs := make([]error, len(all))
	var work sync.WaitGroup
	for i, a := range all {
		work.Go(func() { errs[i] = do(a) })
	}
	work.Wait()
	return errors.Join(errs...)
}

// Halt says whether the host's process is stopped, and cannot confirm anything. A recall
// then does not wait for it: what its process has taken in before may be delivered once
// it goes on.
func (l *Line) Halt(halted bool) { l.halted.Store(halted) }

// Halted returns what Halt has said.
func (l *Line) Halted() bool { return l.halted.Load() }

func (l *Line) failed(reason error) { l.fail("host", reason) }

// lastPatience bounds how long an ended link waits for receivers elsewhere to let go
// of what its host sent. Nobody looks at the outcome.
const lastPatience = 10 * time.Second

// finish cleans up after the end of the link.
func (l *Line) finish() {
	_ = l.data.Close()
	l.mu.Lock()
	l.ended = true
	l.arrival.Broadcast()
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), lastPatience)
	defer cancel()
	_ = l.each(func(a *attachment) error { return a.close(ctx) })
}

package pipe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// Line is the broker's end of the link to one host. Make one with NewLine.
type Line struct {
	name string
	data io.ReadWriteCloser
	peer *rpc.Peer
	work sync.WaitGroup

	direct direct // guarded by the lock of the current attachment's queue

	current atomic.Pointer[attachment] // the reader looks at it without the lock
	halted  atomic.Bool

	mu       sync.Mutex
	changed  sync.Cond // toWrite, arrived or ended
	sw       *transport.Switch
	toWrite  []*attachment          // the writer has not begun them
	reported map[uint64]*attachment // the host may still report losses of these
	arrived  progress
	ended    bool
}

// progress says how far the reader is.
type progress struct {
	attachment uint64
	frames     uint64 // of that attachment
}

// NewLine returns the broker's end of a link. The name is the host's, for errors.
func NewLine(name string, carrier Carrier) *Line {
	l := &Line{
		name: name, data: carrier.Data, peer: rpc.NewPeer(carrier.Control), direct: newDirect(carrier.Data),
		reported: map[uint64]*attachment{},
	}
	l.changed.L = &l.mu
	rpc.HandleFunc(l.peer, methodOpen, l.open)
	rpc.HandleFunc(l.peer, methodClose, l.close)
	rpc.HandleNoticeFunc(l.peer, noticeLost, l.lost)
	return l
}

// Name returns the name given to NewLine.
func (l *Line) Name() string { return l.name }

// Peer returns the broker's end of the control stream. Other methods may be
// registered on it before Start.
func (l *Line) Peer() *rpc.Peer { return l.peer }

// Start begins to read and write. It must be called once.
func (l *Line) Start() {
	l.peer.Start()
	l.work.Go(func() { l.end(l.read()) })
	l.work.Go(func() { l.end(l.write()) })
	l.work.Go(func() {
		<-l.peer.Done()
		l.finish()
	})
}

// Use has the host's next Open attach to sw, or be refused if sw is nil, as it is at
// first. It does not touch an endpoint that is open.
func (l *Line) Use(sw *transport.Switch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sw = sw
}

// Detach closes the host's endpoint, if it has one, as a crash does: nothing it ever
// sent is delivered after Detach returns, whatever the host does. Detach then waits
// until the host's Receiver is not running and will not be called again. It returns
// an error if that, or a receiver's process, was not confirmed before ctx ended.
func (l *Line) Detach(ctx context.Context) error {
	a := l.current.Load()
	if a == nil {
		return nil
	}
	err := a.close(ctx)
	_, err2 := rpc.Call[detachRequest, nothing](ctx, l.peer, methodDetach, detachRequest{a.number})
	if err = errors.Join(err, err2); err != nil {
		return fmt.Errorf("transport/pipe: host %q: detach %q: %w", l.name, a.port.Address(), err)
	}
	return nil
}

// Halt says whether the host's process is stopped, and cannot confirm anything. A recall
// then does not wait for it: what its process has taken in before may be delivered once
// it goes on.
func (l *Line) Halt(halted bool) { l.halted.Store(halted) }

// Done returns a channel that is closed when the link has ended.
func (l *Line) Done() <-chan struct{} { return l.peer.Done() }

// Err returns nil while the link stands, and then why it ended.
func (l *Line) Err() error { return l.peer.Err() }

// Close ends the link, and closes the host's endpoint on the Switch.
func (l *Line) Close() error { return l.peer.Close() }

// Wait returns when the link has ended and no goroutine of the Line is left.
func (l *Line) Wait() {
	l.peer.Wait()
	l.work.Wait()
}

func (l *Line) end(reason error) {
	if reason != nil {
		l.peer.Fail(fmt.Errorf("transport/pipe: host %q: data from the host: %w", l.name, reason))
	}
}

// lastPatience bounds how long an ended link waits for receivers elsewhere to let go
// of what its host sent. Nobody looks at the outcome.
const lastPatience = 10 * time.Second

// finish cleans up after the end of the link.
func (l *Line) finish() {
	_ = l.data.Close()
	l.mu.Lock()
	l.ended = true
	l.changed.Broadcast()
	l.mu.Unlock()
	if a := l.current.Load(); a != nil {
		ctx, cancel := context.WithTimeout(context.Background(), lastPatience)
		defer cancel()
		_ = a.close(ctx)
	}
}

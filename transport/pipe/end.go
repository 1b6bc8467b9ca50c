package pipe

import (
	"fmt"
	"io"
	"sync"

	"github.com/7aca83c2/multinode/internal/rpc"
)

// end is what a Host and a Line have in common.
type end struct {
	name string // of the host
	data io.ReadWriteCloser
	peer *rpc.Peer
	work sync.WaitGroup
}

// Name returns the name of the host.
func (e *end) Name() string { return e.name }

// Peer returns this end of the control stream. Other methods may be registered on it before
// Start.
func (e *end) Peer() *rpc.Peer { return e.peer }

// Done returns a channel that is closed when the link has ended.
func (e *end) Done() <-chan struct{} { return e.peer.Done() }

// Err returns nil while the link stands, and then why it ended.
func (e *end) Err() error { return e.peer.Err() }

// Close ends the link: the host's endpoints are closed on the Switch. It does not wait for a
// Receiver.
func (e *end) Close() error { return e.peer.Close() }

// Wait returns when the link has ended and no goroutine of this end is left.
func (e *end) Wait() {
	e.peer.Wait()
	e.work.Wait()
}

// fail ends the link if there is a reason, which lies in the data from the other end.
func (e *end) fail(other string, reason error) {
	if reason != nil {
		e.peer.Fail(fmt.Errorf("transport/pipe: host %q: data from the %s: %w", e.name, other, reason))
	}
}

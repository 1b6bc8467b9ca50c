package broker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Config is what a Broker needs to know of its run.
type Config struct {
	Tree        string             // the fingerprint that all processes must share
	Specs       int                // specs of the tree that need processes
	Wait        time.Duration      // how long a spec may wait for its processes
	MaxChildren int                // children at most
	Switch      []transport.Option // for each spec's Switch
	Matches     func(stage.Predicate) func(transport.Frame) bool
	Child       func() (*exec.Cmd, error) // a command that becomes a host
}

// Broker lends the processes of a run to its specs. Its methods may be called from
// several goroutines.
type Broker struct {
	config Config

	mu        sync.Mutex
	changed   chan struct{} // closed, and replaced, when anything below changes
	hosts     []*host       // those alive, in the order they came
	starting  int           // children that have not said hello yet, but for those of cells
	cells     int           // children that isolated roles have, or may have
	childErr  error         // why the latest child could not start
	queue     []*request
	tokens    uint64
	remaining int  // specs that may still need processes
	thinned   bool // a Ginkgo process died: the countdown is no longer exact
	closed    bool

	running sync.WaitGroup
	starter starter
}

// New returns a Broker without hosts.
func New(config Config) *Broker {
	b := &Broker{config: config, changed: make(chan struct{}), remaining: config.Specs}
	b.starter.init()
	b.running.Go(b.grantAll)
	return b
}

// Admit makes the process at the other end of the carrier a host. A process number
// of 0 is a child. It returns at once; the host counts when it has said hello. When
// the process has died, lastWords returns what it wrote of that, or "".
func (b *Broker) Admit(carrier pipe.Carrier, process int, lastWords func() string) {
	b.admit(&host{b: b, process: process, name: fmt.Sprintf("Ginkgo process %d", process), lastWords: lastWords}, carrier)
}

// Close ends all connections, and with them the children, and waits for those.
func (b *Broker) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	hosts := slices.Clone(b.hosts)
	b.change()
	b.mu.Unlock()
	var errs []error
	for _, h := range hosts {
		if h.cell != nil {
			_ = resumeProcess(h.child.cmd.Process)
		}
		_ = h.line.Close() // a connection that is broken already is as good as closed
	}
	for _, h := range hosts {
		if h.child != nil {
			errs = append(errs, h.child.end(ctx))
		}
	}
	b.running.Wait()
	b.starter.close()
	return errors.Join(errs...)
}

// change wakes everyone who waits for a change. The caller holds the lock.
func (b *Broker) change() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// until waits until is, called under the lock, returns true.
func (b *Broker) until(ctx context.Context, is func() bool) error {
	for {
		b.mu.Lock()
		ok, changed := is(), b.changed
		b.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// specDone counts down the specs that may need processes.
func (b *Broker) specDone() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remaining--
	b.change()
}

// finish waits until no spec can need the process any more. Once a Ginkgo process
// has died the count may never reach zero; the specs that are left get children.
func (b *Broker) finish(ctx context.Context) error {
	return b.until(ctx, func() bool { return b.remaining <= 0 || b.thinned || b.closed })
}

var errClosed = errors.New("the broker has closed")

// lost takes a dead host off the list and tells the spec that it worked for.
func (b *Broker) lost(h *host) {
	if h.cell != nil {
		h.cell.ended(h)
		return
	}
	why := "closed its connection"
	if b.missed(h) {
		why = h.epitaph()
	}
	b.mu.Lock()
	h.gone = fmt.Errorf("%s (process id %d) %s", h.name, h.pid, why)
	b.hosts = slices.DeleteFunc(b.hosts, func(other *host) bool { return other == h })
	switch {
	case h.child == nil:
		b.thinned = true
	case !h.ready:
		b.starting--
		b.childErr = fmt.Errorf("start a child process: %w", h.gone)
	}
	h.exit.close()
	closed, l, role := b.closed, h.lease, h.role // a release may take them away
	b.change()
	b.mu.Unlock()
	if l != nil && !closed && l.conductor != h {
		l.lose(role, h.gone.Error())
	}
	close(h.told)
	if l != nil && !closed && l.conductor == h {
		l.release(context.Background())
	}
}

// missed reports whether somebody wants to know how the host died: not of one that
// has done its work.
func (b *Broker) missed(h *host) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.closed && (h.lease != nil || h.child != nil && !h.ready)
}

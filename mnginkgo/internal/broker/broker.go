package broker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Config is what a Broker needs to know of its run.
type Config struct {
	Tree        string             // the fingerprint that Ginkgo's processes must share
	ChildTree   string             // that of children
	Specs       int                // specs of the tree that need processes
	Wait        time.Duration      // how long a spec may wait for its processes
	MaxChildren int                // children at most
	Switch      []transport.Option // for each spec's Switch
	Matches     func(stage.Predicate) func(transport.Frame) bool
	Child       func() (*exec.Cmd, error) // a command that becomes a host
	Race        bool                      // the processes look for data races
}

// Broker lends the processes of a run to its specs. Its methods may be called from
// several goroutines.
type Broker struct {
	config Config

	mu          sync.Mutex
	changed     chan struct{} // closed, and replaced, when anything below changes
	hosts       []*host       // those alive, in the order they came
	starting    int           // children that have not said hello yet, but for those of isolated roles
	isolated    int           // children that isolated roles have, or may have
	childErr    error         // why the latest child could not start
	queue       []*request
	remaining   int     // specs that may still need processes
	strays      []error // what went wrong when the spec that it belongs to was over
	lostProcess bool    // a Ginkgo process died: the countdown is no longer exact
	closed      bool

	running sync.WaitGroup
}

// New returns a Broker without hosts.
func New(config Config) *Broker {
	b := &Broker{config: config, changed: make(chan struct{}), remaining: config.Specs}
	b.running.Go(b.grantAll)
	return b
}

// Process is a process of Ginkgo's that becomes a host.
type Process struct {
	Number    int
	LastWords func() string // returns what it wrote of its death, or ""
	Printed   io.ReadWriter // gives what it prints while it hosts a role, and takes marks; may be nil
}

// Admit makes the process at the other end of the carrier a host. It returns at once; the
// host counts when it has said hello.
func (b *Broker) Admit(carrier pipe.Carrier, p Process) {
	h := &host{b: b, name: fmt.Sprintf("Ginkgo process %d", p.Number), first: p.Number == 1, lastWords: p.LastWords, printed: p.Printed}
	b.admit(h, carrier)
	if p.Printed != nil {
		go func() { _, _ = io.Copy(h.output, p.Printed) }() // whoever gave it closes it
	}
}

// Close ends all connections, and with them the children, and waits for those. It returns
// what went wrong on a role when its spec was over, and what does not end.
func (b *Broker) Close(ctx context.Context) error {
	var hosts []*host
	b.alter(func() {
		b.closed = true
		hosts = slices.Clone(b.hosts)
	})
	for _, h := range hosts {
		if h.isolated != nil {
			_ = h.child.Resume()
		}
		_ = h.line.Close() // a connection that is broken already is as good as closed
	}
	for _, h := range hosts {
		if h.child != nil {
			b.bury(ctx, h)
		}
	}
	b.running.Wait()
	return under(b, func() error { return errors.Join(b.strays...) })
}

// bury waits for the end of a child whose connection was closed, and notes how it ended if
// that was not well.
func (b *Broker) bury(ctx context.Context, h *host) {
	err := h.endChild(ctx)
	b.mu.Lock()
	began := h.ready // one that has not said hello yet had nothing to lose
	aside, before := h.aside, h.history()
	b.mu.Unlock()
	if err != nil {
		if aside == "" { // else the spec that has left something running was told
			b.late(fmt.Errorf("%w%s", err, before))
		}
		return
	}
	if err := h.badEnd(); err != nil && began {
		b.late(err)
	}
}

// badEnd returns an error if a child that has exited by itself did not end well. What the
// race detector has found was told when it was found.
func (h *host) badEnd() error {
	how := h.how()
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	if how.Code == 0 || how.Signal == syscall.SIGKILL || h.raced && how.Code > 0 || h.output.Races() > 0 && how.Code > 0 {
		return nil
	}
	return fmt.Errorf("%s%s died: %s%s", h, h.history(), how.Text, h.output.LastWords())
}

// history names the role that the host had last, or is "". The caller holds the lock.
func (h *host) history() string {
	if h.before == "" {
		return ""
	}
	return ", which had hosted " + h.before + ","
}

// late notes what went wrong on a role when its spec was over.
func (b *Broker) late(err error) { b.alter(func() { b.strays = append(b.strays, err) }) }

// Aside names the processes that are not lent any more, a line each.
func (b *Broker) Aside() (lines []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.hosts {
		if h.aside != "" {
			lines = append(lines, fmt.Sprintf("%s%s is not lent any more: %s", h, h.history(), h.aside))
		}
	}
	return lines
}

// forget takes a host off the list. The caller holds the lock.
func (b *Broker) forget(h *host) {
	b.hosts = slices.DeleteFunc(b.hosts, func(other *host) bool { return other == h })
	b.change()
}

// begin has Close wait until done is called.
func (b *Broker) begin() (done func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errClosed
	}
	b.running.Add(1)
	return b.running.Done, nil
}

// change wakes everyone who waits for a change. The caller holds the lock.
func (b *Broker) change() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// alter does something under the lock that others may wait for.
func (b *Broker) alter(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	b.change()
}

// under returns what is so under the lock.
func under[T any](b *Broker, is func() T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return is()
}

// changeIn has everyone who waits look again when that time has passed.
func (b *Broker) changeIn(d time.Duration) { time.AfterFunc(d, func() { b.alter(func() {}) }) }

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
func (b *Broker) specDone() { b.alter(func() { b.remaining-- }) }

// finish waits until no spec can need the process any more. Once a Ginkgo process
// has died the count may never reach zero; the specs that are left get children.
func (b *Broker) finish(ctx context.Context, h *host) error {
	b.alter(func() { h.waits++ })
	over := func() bool { return b.remaining <= 0 || b.lostProcess || b.closed }
	return b.until(ctx, func() bool {
		if over() && h.loan == nil {
			h.waits = 0 // it leaves now
			return true
		}
		return false
	})
}

var errClosed = errors.New("the broker has closed")

// lost takes a dead host off the list and tells the spec that it worked for.
func (b *Broker) lost(h *host) {
	if h.isolated != nil {
		h.isolated.ended(h)
		return
	}
	why := "closed its connection"
	if under(b, func() bool { return !b.closed && (h.loan != nil || h.child != nil && !h.dismissed) }) { // else it has done its work
		why = h.epitaph()
	}
	h.output.End()
	b.mu.Lock()
	h.gone = fmt.Errorf("%s %s", h, why)
	b.forget(h)
	switch {
	case h.child == nil:
		b.lostProcess = true
	case !h.ready:
		b.starting--
		b.childErr = unstarted(h.gone)
	}
	h.exit.Close()
	closed, l, role, before := b.closed, h.loan, h.role, h.history() // its end may take them away
	stray := !closed && !h.dismissed && h.ready && l == nil && h.child != nil
	b.mu.Unlock()
	switch {
	case stray:
		b.late(fmt.Errorf("%s%s %s", h, before, why))
	case l != nil && !closed:
		l.ended(h, stage.End{Role: role, Why: h.gone.Error()})
	}
	close(h.told)
	b.withdraw(context.Background(), h) // of its own spec nothing is left
}

package broker

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// cell is an isolated role of a lease: its processes, one after another, are children
// that nobody else has, and the role's end is theirs.
type cell struct {
	lease *lease
	role  string

	// The broker's lock guards these.
	host   *host // the latest process
	paused bool
}

var _ stage.Inmate = (*cell)(nil)

// Call does what stage.Runner says.
func (c *cell) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	h, err := c.awake()
	if err != nil {
		return nil, err
	}
	return h.Call(ctx, method, body)
}

// awake returns the process, which must be able to answer.
func (c *cell) awake() (*host, error) {
	c.lease.b.mu.Lock()
	defer c.lease.b.mu.Unlock()
	switch {
	case c.host == nil:
		return nil, fmt.Errorf("role %s has no process", c.role)
	case c.host.gone != nil:
		return nil, c.host.gone
	case c.paused:
		return nil, fmt.Errorf("role %s is paused", c.role)
	}
	return c.host, nil
}

// Crash does what stage.Runner says: it kills the process, and what that has started.
func (c *cell) Crash(ctx context.Context) error {
	c.lease.b.mu.Lock()
	if c.host != nil {
		c.host.unplugged = true
	}
	c.lease.b.mu.Unlock()
	return c.end(ctx, func(h *host) error { return h.child.kill() })
}

// Process does what stage.Inmate says.
func (c *cell) Process(ctx context.Context, deed stage.Deed) error {
	switch deed.Kind {
	case stage.Renew:
		return c.renew(ctx)
	case stage.Retire:
		return c.retire(ctx)
	case stage.Exit:
		return c.end(ctx, func(h *host) error { return rpc.Notify(h.peer, notifyExit, exitRequest{deed.Code}) })
	case stage.MayExit:
		_, err := c.plan()
		return err
	case stage.Pause:
		return c.pause(ctx)
	case stage.Resume:
		return c.resume()
	}
	return fmt.Errorf("unknown deed %q", deed.Kind)
}

// plan says that the end of the process is no loss, and returns the process.
func (c *cell) plan() (*host, error) {
	c.lease.b.mu.Lock()
	defer c.lease.b.mu.Unlock()
	if c.host == nil || c.host.gone != nil {
		return nil, fmt.Errorf("role %s has no process", c.role)
	}
	c.host.planned = c.host.planned || c.host.alive() && !c.host.child.ended() // or it has ended before
	return c.host, nil
}

// end has the process end and waits until it has, and until nothing that it sent is on
// its way. If there is none, that is so already.
func (c *cell) end(ctx context.Context, how func(*host) error) error {
	h, err := c.plan()
	if err != nil {
		return nil
	}
	err = how(h)
	select {
	case <-h.told: // errors are of no account: it has ended
		return h.child.reaped(ctx)
	case <-ctx.Done():
		return errors.Join(err, context.Cause(ctx))
	}
}

// retire lets the process end by itself, and returns an error if it does not end well.
func (c *cell) retire(ctx context.Context) error {
	c.lease.b.mu.Lock()
	h := c.host
	c.lease.b.mu.Unlock()
	var killed error
	err := c.end(ctx, func(h *host) error {
		_ = h.line.Close() // one that is broken already is as good as closed
		killed = h.child.end(ctx)
		return killed
	})
	if err != nil || killed != nil || h == nil {
		return errors.Join(err, killed)
	}
	return h.badEnd()
}

func (c *cell) pause(ctx context.Context) error {
	h, err := c.awake()
	if err != nil {
		return err
	}
	c.setPaused(true)
	h.line.Halt(true)
	return h.child.unlessReaped(func() error { return h.child.family.Pause(ctx) })
}

func (c *cell) resume() error {
	c.setPaused(false)
	h, err := c.awake()
	if err != nil {
		return err
	}
	h.line.Halt(false)
	return h.child.resume()
}

func (c *cell) setPaused(paused bool) {
	c.lease.b.mu.Lock()
	defer c.lease.b.mu.Unlock()
	c.paused = paused
}

// renew starts a process, unless there is one, and waits until it is ready.
func (c *cell) renew(ctx context.Context) error {
	if _, err := c.awake(); err == nil {
		return nil
	}
	done, err := c.lease.b.begin()
	if err != nil {
		return err
	}
	defer done()
	if err := c.lease.Reclaim(ctx, c.role); err != nil {
		return err
	}
	c.lease.Back(c.role)
	h, err := c.spawn()
	if err != nil {
		return fmt.Errorf("start a child process: %w", err)
	}
	select {
	case <-h.greeted:
		return nil
	case <-h.told:
		c.lease.b.mu.Lock()
		defer c.lease.b.mu.Unlock()
		return fmt.Errorf("start a child process: %w", h.gone)
	case <-ctx.Done():
		return fmt.Errorf("start a child process: %w", context.Cause(ctx))
	}
}

func (c *cell) spawn() (*host, error) {
	b := c.lease.b
	h := &host{b: b, name: "child process", cell: c, lease: c.lease, role: c.role, greeted: make(chan struct{})}
	carrier, err := b.spawn(h, b.starter.start)
	if err != nil {
		return nil, err
	}
	b.admit(h, carrier)
	h.use(c.lease.Switch())
	b.mu.Lock()
	c.host, c.paused = h, false
	over := c.lease.over || b.closed
	b.mu.Unlock()
	if over { // whoever ended the cells may have come before this one was there
		_ = h.line.Close()
		_ = h.child.end(context.Background())
	}
	return h, nil
}

// exitPatience is how long a process may take to exit when its connection has ended: more
// than child.end gives it.
const exitPatience = 5 * time.Second

// ended tells the spec how the process has ended, once nothing that it sent can be
// delivered any more.
func (c *cell) ended(h *host) {
	h.line.Wait()
	epitaph := h.child.epitaph(exitPatience)
	b := c.lease.b
	c.desert(h)
	b.mu.Lock()
	h.gone = fmt.Errorf("%s (process id %d) %s", h.name, h.pid, epitaph)
	b.forget(h)
	matters := h.ready && !c.lease.over && !b.closed
	planned := h.planned
	b.change()
	b.mu.Unlock()
	if matters {
		c.tell(h, planned)
	}
	close(h.told)
}

// desert has the machine go on without the process, unless it was crashed with it.
func (c *cell) desert(h *host) {
	c.lease.b.mu.Lock()
	goesOn := h.ready && !h.unplugged && !c.lease.over
	c.lease.b.mu.Unlock()
	if goesOn {
		_ = c.lease.Desert(context.Background(), c.role) // fails only if another process is there already
	}
}

// leaveBarriers says that the role of a process that has ended will come to no barrier.
func (c *cell) leaveBarriers(h *host) {
	c.lease.b.mu.Lock()
	planned := h.planned
	c.lease.b.mu.Unlock()
	if planned {
		_ = c.lease.Ended(context.Background(), c.role) // it never fails
		return
	}
	c.lease.Lost(c.role)
}

func (c *cell) tell(h *host, planned bool) {
	l, how := c.lease, h.child.how()
	if planned {
		l.Log(stage.Entry{Time: time.Now(), Text: fmt.Sprintf("the process of role %s (process id %d) ended: %s", c.role, h.pid, how.text)})
		_ = l.Ended(context.Background(), c.role) // it never fails
	} else {
		l.lose(c.role, h.gone.Error())
	}
	_ = rpc.Notify(l.conductor.peer, notifyEnded, stage.End{Role: c.role, Planned: planned, Code: how.code, Signal: int(how.signal)})
}

// close ends the process when the spec is over.
func (c *cell) close(ctx context.Context) {
	h, err := c.plan()
	if err != nil {
		return
	}
	_ = h.child.resume() // a stopped one does not read, and Close waits for that
	h.line.Halt(false)
	_ = h.line.Close()
	_ = h.child.end(ctx) // killed or not, it has ended
}

// manner is how a process ended.
type manner struct {
	text   string // as os.ProcessState has it
	code   int    // -1 if a signal ended it
	signal syscall.Signal
}

// how says how the child ended; it must have.
func (c *child) how() manner {
	select {
	case <-c.exited:
	default:
		return manner{text: "it lives on without its connection", code: -1}
	}
	m := manner{text: c.cmd.ProcessState.String(), code: c.cmd.ProcessState.ExitCode()}
	if status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		m.signal = status.Signal()
	}
	return m
}

// reaped waits until the child has been reaped.
func (c *child) reaped(ctx context.Context) error {
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

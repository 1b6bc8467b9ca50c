package broker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// isolatedRole is a role of a loan with processes of its own: one after another, they are
// children that nobody else has, and the role's end is theirs.
type isolatedRole struct {
	loan *loan
	role string

	// The broker's lock guards it.
	host *host // the latest process
}

// Call implements stage.Runner.
func (r *isolatedRole) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	h, err := r.awake()
	if err != nil {
		return nil, err
	}
	return h.Call(ctx, method, body)
}

// awake returns the process, which must be able to answer.
func (r *isolatedRole) awake() (*host, error) {
	h, err := r.there()
	if err == nil && h.line.Halted() {
		err = fmt.Errorf("role %s is paused", r.role)
	}
	return h, err
}

// there returns the process, unless it has ended.
func (r *isolatedRole) there() (*host, error) {
	r.loan.b.mu.Lock()
	defer r.loan.b.mu.Unlock()
	if r.host == nil {
		return nil, fmt.Errorf("role %s has no process", r.role)
	}
	return r.host, r.host.gone
}

// Crash implements stage.Runner: it kills the process, and what that has started.
func (r *isolatedRole) Crash(ctx context.Context) error {
	return r.end(ctx, func(h *host) error {
		r.loan.b.alter(func() { h.unplugged = true })
		return h.child.Kill()
	})
}

// Process does a deed to the role's process.
func (r *isolatedRole) Process(ctx context.Context, deed stage.Deed) error {
	switch deed.Kind {
	case stage.Renew:
		return r.renew(ctx)
	case stage.Retire:
		return r.retire(ctx)
	case stage.Exit:
		return r.end(ctx, func(h *host) error { return noticeExit.send(h.peer, deed.Code) })
	case stage.MayExit:
		_, err := r.plan()
		return err
	case stage.Pause:
		return r.pause(ctx)
	case stage.Resume:
		return r.resume()
	}
	return fmt.Errorf("unknown deed %q", deed.Kind)
}

// plan says that the end of the process is no loss, and returns the process.
func (r *isolatedRole) plan() (*host, error) {
	r.loan.b.mu.Lock()
	defer r.loan.b.mu.Unlock()
	if r.host == nil || r.host.gone != nil {
		return nil, fmt.Errorf("role %s has no process", r.role)
	}
	r.host.planned = r.host.planned || r.host.alive() && !r.host.child.Ended() // or it has ended before
	return r.host, nil
}

// end has the process end and waits until it has, and until nothing that it sent is on
// its way. If there is none, that is so already.
func (r *isolatedRole) end(ctx context.Context, how func(*host) error) error {
	h, err := r.plan()
	if err != nil {
		return nil
	}
	err = how(h)
	for _, over := range []<-chan struct{}{h.told, h.child.Done()} {
		select {
		case <-over: // errors do not matter: it has ended
		case <-ctx.Done():
			return errors.Join(err, context.Cause(ctx))
		}
	}
	return nil
}

// retire lets the process end by itself, and returns an error if it does not end well.
func (r *isolatedRole) retire(ctx context.Context) error {
	h := under(r.loan.b, func() *host { return r.host })
	var killed error
	err := r.end(ctx, func(h *host) error {
		_ = h.line.Close() // one that is broken already is as good as closed
		killed = h.endChild(ctx)
		return killed
	})
	if err != nil || killed != nil || h == nil {
		return errors.Join(err, killed)
	}
	return h.badEnd()
}

func (r *isolatedRole) pause(ctx context.Context) error {
	h, err := r.awake()
	if err != nil {
		return err
	}
	h.line.Halt(true)
	return h.child.Pause(ctx)
}

func (r *isolatedRole) resume() error {
	h, err := r.there()
	if err != nil {
		return err
	}
	h.line.Halt(false)
	return h.child.Resume()
}

// renew starts a process, unless there is one, and waits until it is ready.
func (r *isolatedRole) renew(ctx context.Context) error {
	if _, err := r.awake(); err == nil {
		return nil
	}
	done, err := r.loan.b.begin()
	if err != nil {
		return err
	}
	defer done()
	if err := stage.Reclaim.Tell(ctx, r.loan.Stage, r.role); err != nil {
		return err
	}
	r.loan.Back(r.role)
	b := r.loan.b
	h := &host{b: b, name: "child process", isolated: r, loan: r.loan, role: r.role, greeted: make(chan struct{})}
	if err := b.spawn(h, process.Attach, func() bool {
		h.line.Use(r.loan.Switch())
		r.host = h
		return r.loan.over || b.closed
	}); err != nil {
		return err
	}
	select {
	case <-h.greeted:
		return nil
	case <-h.told:
		return unstarted(h.gone)
	case <-ctx.Done():
		return unstarted(context.Cause(ctx))
	}
}

// exitPatience is how long a process may take to exit when its connection has ended: more
// than endChild gives it.
const exitPatience = 5 * time.Second

// ended tells the spec how the process has ended, once nothing that it sent can be
// delivered any more.
func (r *isolatedRole) ended(h *host) {
	h.line.Wait()
	epitaph := h.childEpitaph(exitPatience)
	b := r.loan.b
	if under(b, func() bool { return h.ready && !h.unplugged && !r.loan.over }) { // its machine goes on without it
		_ = stage.Desert.Tell(context.Background(), r.loan.Stage, r.role) // fails only if another process is there already
	}
	b.mu.Lock()
	h.gone = fmt.Errorf("%s %s", h, epitaph)
	b.forget(h)
	matters := h.ready && !r.loan.over && !b.closed
	how := h.how()
	end := stage.End{Role: r.role, Planned: h.planned, Code: how.Code, Signal: int(how.Signal)}
	b.mu.Unlock()
	if !end.Planned {
		end.Why = h.gone.Error()
	}
	if matters {
		r.loan.ended(h, end)
	}
	close(h.told)
}

// leaveBarriers says that the role of a process that has ended will come to no barrier.
func (r *isolatedRole) leaveBarriers(h *host) {
	r.loan.Gone(r.role, under(r.loan.b, func() bool { return !h.planned }))
}

// close ends the process when the spec is over.
func (r *isolatedRole) close(ctx context.Context) {
	h, err := r.plan()
	if err != nil {
		return
	}
	_ = h.child.Resume() // a stopped one does not read, and Close waits for that
	h.line.Halt(false)
	_ = h.line.Close()
	_ = h.endChild(ctx) // killed or not, it has ended
}

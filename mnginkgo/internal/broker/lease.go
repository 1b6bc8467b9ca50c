package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// lease is the processes of one spec, on a stage of their own.
type lease struct {
	*stage.Stage
	b         *Broker
	spec      string // its text
	conductor *host
	hosts     []*host
	cells     []*cell // of isolated roles
	over      bool    // the broker's lock guards it
	once      sync.Once
}

func (b *Broker) newLease(r *request) *lease {
	sw := transport.NewSwitch(b.config.Switch...)
	l := &lease{Stage: stage.New(sw, r.BarrierTimeout, b.config.Matches), b: b, spec: r.Spec, conductor: r.conductor}
	l.SetMachines(r.Machines)
	l.OnFailed(func(f stage.Failure) { _ = rpc.Notify(r.conductor.peer, notifyFailed, f) }) // without it nobody asks
	return l
}

// lend makes the hosts a lease, each for one of the roles.
func (b *Broker) lend(r *request, hosts []*host) error {
	l := b.newLease(r)
	l.hosts = hosts
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range append(slices.Clone(hosts), r.conductor) {
		if h.gone != nil {
			return h.gone
		}
	}
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	r.conductor.conducted = l
	for i, h := range hosts {
		h.lease, h.role = l, r.Roles[i]
		h.use(l.Switch())
		l.SetRunner(h.role, h)
	}
	return nil
}

// vacateTimeout bounds how long a host may take to give up its node when its spec is
// over.
const vacateTimeout = 5 * time.Second

// release gives the processes back, once. What has gone wrong on them was told when it
// returns.
func (l *lease) release(ctx context.Context) {
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), vacateTimeout)
		defer cancel()
		_ = l.Flush(ctx) // it never fails
		l.b.mu.Lock()
		l.over = true
		l.b.mu.Unlock()
		var all sync.WaitGroup
		for _, c := range l.cells {
			all.Go(func() { c.close(ctx) })
		}
		for _, h := range l.hosts {
			all.Go(func() { h.vacate(ctx) })
		}
		all.Wait()
		_ = l.Close() // nobody is there any more who could tell
		l.b.mu.Lock()
		defer l.b.mu.Unlock()
		l.conductor.seen = time.Now()
		for _, h := range l.hosts {
			h.seen = time.Now()
			h.before = fmt.Sprintf("role %s of the spec %q", h.role, l.spec)
			h.lease, h.role = nil, ""
		}
		l.conductor.conducted = nil
		l.b.cells -= len(l.cells)
		l.b.change()
		l.b.changeIn(momentAgo)
	})
}

// Flush implements stage.Director.
func (l *lease) Flush(ctx context.Context) error {
	l.mourn(ctx)
	var all sync.WaitGroup
	for _, h := range l.living() {
		all.Go(func() { h.flush(ctx) })
	}
	all.Wait()
	return nil
}

// mourn returns when the spec was told of each of its processes that has died: what has just
// failed may be a consequence.
func (l *lease) mourn(ctx context.Context) {
	for _, h := range l.all() {
		if !h.alive() {
			_ = h.why(ctx, nil)
		}
	}
}

func (l *lease) all() []*host {
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	hosts := slices.Clone(l.hosts)
	for _, c := range l.cells {
		if c.host != nil {
			hosts = append(hosts, c.host)
		}
	}
	return hosts
}

// living returns the processes of the roles that can answer.
func (l *lease) living() (hosts []*host) {
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	for _, h := range l.hosts {
		if h.gone == nil {
			hosts = append(hosts, h)
		}
	}
	for _, c := range l.cells {
		if c.host != nil && c.host.gone == nil && !c.paused {
			hosts = append(hosts, c.host)
		}
	}
	return hosts
}

// lose tells the spec that the host of a role died, and why.
func (l *lease) lose(role, why string) {
	how, _, _ := strings.Cut(why, "\n") // without its output
	l.Log(stage.Entry{Time: time.Now(), Text: "role " + role + " lost its process: " + how})
	_ = rpc.Notify(l.conductor.peer, notifyLost, loss{role, why})
	l.Lost(role)
}

// vacate makes the process free for the next lease, if it can be.
func (h *host) vacate(ctx context.Context) {
	h.line.Use(nil)
	err := h.line.Detach(ctx)
	left := 0
	if err == nil {
		left, err = rpc.Call[nothing, int](ctx, h.peer, methodVacate, nothing{})
	}
	if err == nil {
		h.flush(ctx) // what it has printed meanwhile is this spec's
	}
	aside := ""
	switch {
	case !h.alive():
		_ = h.why(ctx, nil) // the spec is told
	case errors.Is(err, context.DeadlineExceeded):
		aside = "it does not answer"
	case left > 0:
		aside = fmt.Sprintf("%d of the goroutines that its role has started go on", left)
	case err != nil: // a clean-up has failed: the process is as good as any
		h.failed(stage.Failure{Role: h.role, PID: h.pid, Message: err.Error()})
	}
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	h.aside = aside
}

package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// loan is the processes that one spec was lent, on a stage of their own.
type loan struct {
	*stage.Stage
	b        *Broker
	spec     string // its text
	director *host
	hosts    []*host
	isolated []*isolatedRole // roles with processes of their own
	over     bool            // the broker's lock guards it
	once     sync.Once
}

func (b *Broker) newLoan(r *request) *loan {
	sw := transport.NewSwitch(b.config.Switch...)
	l := &loan{Stage: stage.New(sw, r.BarrierTimeout, r.Machines, b.config.Matches), b: b, spec: r.Spec, director: r.director}
	l.OnFlush(l.flush)
	l.OnFailed(func(f stage.Failure) { _ = noticeFailed.send(r.director.peer, f) }) // without it nobody asks
	l.OnSaw(func(s stage.Sight) { _ = noticeSaw.send(r.director.peer, s) })
	return l
}

// lend makes the hosts a loan, each for one of the roles.
func (b *Broker) lend(r *request, hosts []*host) error {
	l := b.newLoan(r)
	l.hosts = hosts
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range append(slices.Clone(hosts), r.director) {
		if h.gone != nil {
			return h.gone
		}
	}
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	r.director.directed = l
	for i, h := range hosts {
		h.loan, h.role = l, r.Roles[i]
		h.line.Use(l.Switch())
		l.SetRunner(h.role, h)
	}
	return nil
}

// lendIsolated makes a loan of fresh children, all started at once.
func (b *Broker) lendIsolated(ctx context.Context, r *request) error {
	l := b.newLoan(r)
	for _, role := range r.Roles {
		one := &isolatedRole{loan: l, role: role}
		l.isolated = append(l.isolated, one)
		l.SetRunner(role, one)
	}
	b.mu.Lock()
	gone := r.director.gone
	if gone == nil {
		r.director.directed = l
	}
	b.mu.Unlock()
	if gone != nil {
		l.end(ctx)
		return gone
	}
	var group errgroup.Group
	for _, one := range l.isolated {
		group.Go(func() error { return one.renew(ctx) })
	}
	err := group.Wait()
	if err != nil {
		l.end(ctx)
	}
	return err
}

// vacateTimeout bounds how long a host may take to give up its node when its spec is
// over.
const vacateTimeout = 5 * time.Second

// end gives the processes back, once. What has gone wrong on them was told when it
// returns.
func (l *loan) end(ctx context.Context) {
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), vacateTimeout)
		defer cancel()
		l.flush(ctx)
		l.b.alter(func() { l.over = true })
		var all sync.WaitGroup
		for _, one := range l.isolated {
			all.Go(func() { one.close(ctx) })
		}
		for _, h := range l.hosts {
			all.Go(func() { h.vacate(ctx) })
		}
		all.Wait()
		_ = l.Close() // nobody is there any more who could tell
		l.b.mu.Lock()
		defer l.b.mu.Unlock()
		l.director.seen = time.Now()
		for _, h := range l.hosts {
			h.seen = time.Now()
			h.before = fmt.Sprintf("role %s of the spec %q", h.role, l.spec)
			h.loan, h.role = nil, ""
		}
		l.director.directed = nil
		l.b.isolated -= len(l.isolated)
		l.b.change()
		l.b.changeIn(momentAgo)
	})
}

// flush returns when the spec was told all that its processes have said so far, and which have died.
func (l *loan) flush(ctx context.Context) {
	l.mourn(ctx)
	var all sync.WaitGroup
	for _, h := range l.all() {
		if h.alive() && !h.line.Halted() {
			all.Go(func() { h.flush(ctx) })
		}
	}
	all.Wait()
}

// mourn returns when the spec was told of each of its processes that has died: what has just
// failed may be a consequence.
func (l *loan) mourn(ctx context.Context) {
	for _, h := range l.all() {
		if !h.alive() {
			_ = h.why(ctx, nil)
		}
	}
}

func (l *loan) all() []*host {
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	hosts := slices.Clone(l.hosts)
	for _, one := range l.isolated {
		if one.host != nil {
			hosts = append(hosts, one.host)
		}
	}
	return hosts
}

// ended tells the spec how the process of a role has ended, before a barrier fails of that.
func (l *loan) ended(h *host, end stage.End) {
	how, _, _ := strings.Cut(end.Why, "\n") // without its output
	text := "role " + end.Role + " lost its process: " + how
	if end.Planned {
		text = fmt.Sprintf("the process of role %s (process id %d) ended: %s", end.Role, h.pid, h.how().Text)
	}
	l.Log(stage.Entry{Time: time.Now(), Text: text})
	_ = noticeEnded.send(l.director.peer, end)
	l.Gone(end.Role, !end.Planned)
}

// vacate makes the process free for the next loan, if it can be.
func (h *host) vacate(ctx context.Context) {
	h.line.Use(nil)
	err := h.line.Detach(ctx)
	left := 0
	if err == nil {
		left, err = methodVacate.call(ctx, h.peer, nothing{})
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

package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// request is a spec that waits for its processes.
type request struct {
	acquire
	number    uint64
	ctx       context.Context
	conductor *host
	answer    chan error
}

// acquire gets the processes for a spec of h, after all requests that came before.
func (b *Broker) acquire(ctx context.Context, h *host, a acquire) error {
	r := &request{acquire: a, ctx: ctx, conductor: h, answer: make(chan error, 1)}
	b.mu.Lock()
	b.tokens++
	r.number = b.tokens
	b.queue = append(b.queue, r)
	b.change()
	b.mu.Unlock()
	return <-r.answer
}

// grantAll serves the requests in their order.
func (b *Broker) grantAll() {
	for {
		var r *request
		_ = b.until(context.Background(), func() bool { // the context has no end
			if len(b.queue) > 0 {
				r = b.queue[0]
				b.queue = b.queue[1:]
			}
			return r != nil || b.closed
		})
		if r == nil {
			return
		}
		r.answer <- b.grant(r)
	}
}

// grant waits for the processes of a request and makes them its lease.
func (b *Broker) grant(r *request) error {
	ctx, cancel := context.WithTimeout(r.ctx, b.config.Wait)
	defer cancel()
	defer b.letGo(r)
	var chosen []*host
	var failed error
	err := b.until(ctx, func() bool {
		chosen, failed = b.choose(r)
		return chosen != nil || failed != nil
	})
	switch {
	case failed != nil:
		return failed
	case errors.Is(err, context.DeadlineExceeded):
		return b.tooLong(r)
	case err != nil:
		return err
	}
	if r.Isolated {
		return b.lendCells(ctx, r)
	}
	return b.lend(r, chosen)
}

// choose returns the hosts for a request once all it needs stand by. The caller
// holds the lock.
func (b *Broker) choose(r *request) ([]*host, error) {
	if b.closed {
		return nil, errClosed
	}
	if r.conductor.gone != nil {
		return nil, r.conductor.gone
	}
	if r.Isolated {
		return b.chooseCells(r)
	}
	processes := b.count(func(h *host) bool { return h.child == nil })
	fromGinkgo := min(len(r.Roles), processes)
	fromChildren := len(r.Roles) - fromGinkgo
	if err := b.startChildren(r, fromChildren, processes); err != nil {
		return nil, err
	}
	chosen := []*host{r.conductor}
	for _, h := range b.hosts {
		if h.ready && h.alive() {
			h.reserve(r.number)
		}
	}
	if r.conductor.reserved != r.number {
		return nil, nil
	}
	fromGinkgo--
	for _, h := range b.hosts {
		need := &fromGinkgo
		if h.child != nil {
			need = &fromChildren
		}
		if h != r.conductor && h.reserved == r.number && h.alive() && *need > 0 {
			*need--
			chosen = append(chosen, h)
		}
	}
	if len(chosen) < len(r.Roles) {
		return nil, nil
	}
	return chosen, nil
}

// startChildren starts the children that a request needs and that are not there. The
// caller holds the lock.
func (b *Broker) startChildren(r *request, need, processes int) error {
	if b.childErr != nil {
		err := b.childErr
		b.childErr = nil
		return err
	}
	free := b.count(func(h *host) bool { return h.child != nil && h.lease == nil && h.ready })
	all := b.count(shared) + b.starting + b.cells
	missing := need - free - b.starting
	if missing > 0 && all+missing > b.config.MaxChildren {
		if all > free+b.starting { // some will come back
			return nil
		}
		return fmt.Errorf("%d roles need %d children beside %d Ginkgo processes, but max-children is %d: "+
			"raise it in ginkgo.yml (or MN_MAX_CHILDREN), or run more processes (ginkgo --procs=%d)",
			len(r.Roles), need, processes, b.config.MaxChildren, len(r.Roles))
	}
	for range missing {
		b.starting++
		b.running.Go(b.startChild)
	}
	return nil
}

func (b *Broker) count(is func(*host) bool) int {
	n := 0
	for _, h := range b.hosts {
		if h.alive() && is(h) {
			n++
		}
	}
	return n
}

// letGo frees the processes that stand by for a request and were not lent to it.
func (b *Broker) letGo(r *request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.hosts {
		if h.asked == r.number && h.lease == nil {
			h.unreserve()
		}
	}
}

// tooLong says who is missing and what they do instead.
func (b *Broker) tooLong(r *request) error {
	b.mu.Lock()
	hosts := slices.Clone(b.hosts)
	b.mu.Unlock()
	lines := []string{fmt.Sprintf("waited %v (hosts-wait of ginkgo.yml) for %d processes, one for each of %s:",
		b.config.Wait, len(r.Roles), strings.Join(r.Roles, ", "))}
	for _, h := range hosts {
		state := "stands by"
		if h.reserved != r.number {
			state = h.doing()
		}
		lines = append(lines, fmt.Sprintf("  %s (process id %d): %s", h.name, h.pid, state))
	}
	return errors.New(strings.Join(lines, "\n"))
}

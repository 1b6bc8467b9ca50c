package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// shared says that a host is a child that works for one spec after another.
func shared(h *host) bool { return h.child != nil && h.cell == nil && h.ready && !h.dismissed }

// forget takes a host off the list. The caller holds the lock.
func (b *Broker) forget(h *host) {
	b.hosts = slices.DeleteFunc(b.hosts, func(other *host) bool { return other == h })
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

// chooseCells returns the conductor of a request for isolated roles once there is room for the children, which are the request's from then on. The caller
// holds the lock.
func (b *Broker) chooseCells(r *request) ([]*host, error) {
	if len(r.Roles) > b.config.MaxChildren {
		return nil, fmt.Errorf("%d isolated roles need %d children, but max-children is %d: raise it in ginkgo.yml (or MN_MAX_CHILDREN)",
			len(r.Roles), len(r.Roles), b.config.MaxChildren)
	}
	room := b.room(len(r.Roles))
	for _, h := range slices.Clone(b.hosts) {
		if room < len(r.Roles) && shared(h) && h.alive() && h.lease == nil {
			b.dismiss(h)
			room++
		}
	}
	if room < len(r.Roles) {
		return nil, nil
	}
	b.cells += len(r.Roles)
	return []*host{r.conductor}, nil
}

// dismiss ends a child that nobody uses. The caller holds the lock.
func (b *Broker) dismiss(h *host) {
	h.dismissed = true
	h.peer.Fail(errors.New("others need its place"))
	b.running.Go(func() { b.bury(context.Background(), h) })
}

// lendCells makes a lease of fresh children, all started at once.
func (b *Broker) lendCells(ctx context.Context, r *request) error {
	l := b.newLease(r)
	for _, role := range r.Roles {
		c := &cell{lease: l, role: role}
		l.cells = append(l.cells, c)
		l.SetRunner(role, c)
	}
	b.mu.Lock()
	gone := r.conductor.gone
	if gone == nil {
		r.conductor.conducted = l
	}
	b.mu.Unlock()
	if gone != nil {
		l.release(ctx)
		return gone
	}
	var group errgroup.Group
	for _, c := range l.cells {
		group.Go(func() error { return c.renew(ctx) })
	}
	err := group.Wait()
	if err != nil {
		l.release(ctx)
	}
	return err
}

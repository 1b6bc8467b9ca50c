package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// request is a spec that waits for its processes.
type request struct {
	Request
	ctx      context.Context
	cancel   context.CancelFunc
	director *host
	since    time.Time     // when it was its turn
	done     chan struct{} // closed when it was granted or has failed
	err      error         // then: why it has failed
}

// borrow gets the processes for a spec of h, after all requests that came before. While h
// waits, it may host a role for another.
func (b *Broker) borrow(ctx context.Context, h *host, what Request) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &request{Request: what, ctx: ctx, cancel: cancel, director: h, done: make(chan struct{})}
	b.alter(func() {
		h.waits++
		h.request = r
		b.queue = append(b.queue, r)
	})
	<-r.done
	_ = b.until(ctx, func() bool { return h.loan == nil }) // what it hosts is not to be left alone
	b.alter(func() { h.waits, h.request = h.waits-1, nil })
	return r.err
}

// withdraw ends what h waits for, and gives back what it was granted.
func (b *Broker) withdraw(ctx context.Context, h *host) {
	b.mu.Lock()
	r := h.request
	if r != nil {
		r.cancel()
		if i := slices.Index(b.queue, r); i >= 0 {
			b.queue = slices.Delete(b.queue, i, i+1)
			r.err = context.Canceled
			close(r.done)
		}
	}
	b.mu.Unlock()
	if r != nil {
		<-r.done
	}
	if l := under(b, func() *loan { return h.directed }); l != nil {
		l.end(ctx)
	}
}

// grantAll serves the requests in their order.
func (b *Broker) grantAll() {
	for {
		var r *request
		_ = b.until(context.Background(), func() bool { // the context has no end
			// One whose own process hosts a role for another has to wait for that.
			i := slices.IndexFunc(b.queue, func(r *request) bool { return r.director.loan == nil })
			if i >= 0 {
				r = b.queue[i]
				b.queue = slices.Delete(b.queue, i, i+1)
			}
			return r != nil || b.closed
		})
		if r == nil {
			return
		}
		r.err = b.grant(r)
		close(r.done)
	}
}

// grant waits for the processes of a request and makes them its loan.
func (b *Broker) grant(r *request) error {
	ctx, cancel := context.WithTimeout(r.ctx, b.config.Wait)
	defer cancel()
	r.since = time.Now()
	b.changeIn(notForEver)
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
		return b.lendIsolated(ctx, r)
	}
	return b.lend(r, chosen)
}

// choose returns the hosts for a request once all it needs can be had. The caller
// holds the lock.
func (b *Broker) choose(r *request) ([]*host, error) {
	switch {
	case b.closed:
		return nil, errClosed
	case r.director.gone != nil:
		return nil, r.director.gone
	case r.director.loan != nil: // it hosts a role for another
		return nil, nil
	case r.Isolated:
		return b.chooseIsolated(r)
	}
	// Ginkgo's own processes come first, those included that will be free in a moment. But if there are not
	// enough of them, so that children run in any case, one that has a spec of its own to begin is left to that.
	few := b.others(r) < len(r.Roles) && len(r.Roles) <= b.config.MaxChildren
	isNear := func(h *host) bool { return h.child == nil && h != r.director && (!few || h.request == nil) }
	near := b.count(func(h *host) bool { return isNear(h) && (h.free() || !few && r.waitsFor(h)) })
	near = min(near, len(r.Roles))
	chosen := b.take(near, isNear)
	ofGinkgo := len(chosen)
	chosen = append(chosen, b.take(len(r.Roles)-near, func(h *host) bool { return h.child != nil })...)
	if len(chosen) == len(r.Roles) {
		return chosen, nil
	}
	return nil, b.startChildren(r, len(r.Roles)-near-(len(chosen)-ofGinkgo))
}

// chooseIsolated returns the director of a request for isolated roles once there is room for the
// children, which are the request's from then on. The caller holds the lock.
func (b *Broker) chooseIsolated(r *request) ([]*host, error) {
	if len(r.Roles) > b.config.MaxChildren {
		return nil, fmt.Errorf("%d isolated roles need %d children, but max-children is %d: raise it in ginkgo.yml (or MN_MAX_CHILDREN)",
			len(r.Roles), len(r.Roles), b.config.MaxChildren)
	}
	room := b.room(len(r.Roles))
	for _, h := range slices.Clone(b.hosts) {
		if room < len(r.Roles) && shared(h) && h.alive() && h.loan == nil {
			b.dismiss(h)
			room++
		}
	}
	if room < len(r.Roles) {
		return nil, nil
	}
	b.isolated += len(r.Roles)
	return []*host{r.director}, nil
}

// take returns up to n free hosts that is accepts. The caller holds the lock.
func (b *Broker) take(n int, is func(*host) bool) (taken []*host) {
	for _, h := range b.hosts {
		if len(taken) < n && h.free() && is(h) {
			taken = append(taken, h)
		}
	}
	return taken
}

// A request waits for a Ginkgo process that has to do with a spec on several nodes, or had a
// moment ago, as that is likely to come free soon; but not for ever, as there are children.
const (
	momentAgo  = 50 * time.Millisecond
	notForEver = time.Second
)

// waitsFor reports whether a Ginkgo process is worth waiting for. The caller holds the lock.
func (r *request) waitsFor(h *host) bool {
	return !h.first && h.aside == "" && time.Since(r.since) < notForEver &&
		(h.waits > 0 || h.directed != nil || h.loan != nil || time.Since(h.seen) < momentAgo)
}

// startChildren starts the children that a request misses. The caller holds the lock.
func (b *Broker) startChildren(r *request, missing int) error {
	if b.childErr != nil {
		err := b.childErr
		b.childErr = nil
		return err
	}
	if need := len(r.Roles) - b.others(r); need > b.config.MaxChildren {
		return fmt.Errorf("%d roles need %d children beside %d other Ginkgo processes, but max-children is %d: "+
			"raise it in ginkgo.yml (or MN_MAX_CHILDREN), or run more processes (ginkgo --procs=%d)",
			len(r.Roles), need, b.others(r), b.config.MaxChildren, len(r.Roles)+2)
	}
	missing -= b.starting
	for range min(missing, b.room(missing)) { // for the others, somebody has to come back
		b.starting++
		b.running.Go(b.startChild)
	}
	return nil
}

// room returns how many more children there may be, after it has ended up to need of those
// that cannot be lent. The caller holds the lock.
func (b *Broker) room(need int) int {
	room := b.config.MaxChildren - b.count(shared) - b.starting - b.isolated
	for _, h := range slices.Clone(b.hosts) {
		if room < need && shared(h) && h.alive() && h.loan == nil && h.aside != "" {
			b.dismiss(h)
			room++
		}
	}
	return room
}

// others returns how many Ginkgo processes can be lent for a request at some time. The caller holds the lock.
func (b *Broker) others(r *request) int {
	return b.count(func(h *host) bool { return h.child == nil && h != r.director && !h.first })
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

// tooLong says who is missing and what they do instead.
func (b *Broker) tooLong(r *request) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := []string{fmt.Sprintf("waited %v (hosts-wait of ginkgo.yml) for %d processes, one for each of %s:",
		b.config.Wait, len(r.Roles), strings.Join(r.Roles, ", "))}
	for _, h := range b.hosts {
		lines = append(lines, fmt.Sprintf("  %s: %s", h, h.doing(r)))
	}
	return errors.New(strings.Join(lines, "\n"))
}

package broker

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// host is a process that can run a role. The broker's lock guards its fields, but
// for those that never change.
type host struct {
	b         *Broker
	name      string        // "Ginkgo process 2", "child process"
	process   int           // Ginkgo's number; 0 for a child
	child     *child        // nil for a Ginkgo process
	lastWords func() string // of a Ginkgo process, once it has died
	line      *pipe.Line
	peer      *rpc.Peer

	pid      int
	exit     exitWatch // of a Ginkgo process
	ready    bool      // it has said hello
	asked    uint64    // the request it was asked to stand by for
	reserved uint64    // the request it stands by for
	lease    *lease
	role     string        // in the lease
	gone     error         // once it is dead
	told     chan struct{} // closed when its spec was told that it is dead

	cell    *cell         // of the isolated role that it runs, or nil
	greeted chan struct{} // closed when the process of a cell has said hello
	planned bool          // its end is no loss
}

var _ stage.Runner = (*host)(nil)

func (b *Broker) admit(h *host, carrier pipe.Carrier) {
	h.told = make(chan struct{})
	h.line = pipe.NewLine(h.name, carrier)
	h.peer = h.line.Peer()
	h.serve()
	b.mu.Lock()
	b.hosts = append(b.hosts, h)
	b.mu.Unlock()
	h.line.Start()
	b.running.Go(func() {
		<-h.peer.Done()
		_ = h.line.Close()
		b.lost(h)
	})
}

// serve registers what the process may ask.
func (h *host) serve() {
	b := h.b
	rpc.HandleFunc(h.peer, methodHello, h.hello)
	rpc.HandleFunc(h.peer, methodTree, func(_ context.Context, t text) (nothing, error) {
		return nothing{}, difference(b.config.Tree, t.Text, h.name)
	})
	rpc.HandleFunc(h.peer, methodAcquire, func(ctx context.Context, a acquire) (nothing, error) {
		err := b.acquire(ctx, h, a)
		if l, conducts := h.conducts(); err == nil && conducts == nil && ctx.Err() != nil {
			l.release(ctx) // nobody waits for the answer any more
		}
		return nothing{}, err
	})
	rpc.HandleFunc(h.peer, methodRelease, func(ctx context.Context, _ nothing) (nothing, error) {
		l, err := h.conducts()
		if err == nil {
			l.release(ctx)
		}
		return nothing{}, err
	})
	rpc.HandleFunc(h.peer, methodFinish, func(ctx context.Context, _ nothing) (nothing, error) {
		return nothing{}, b.finish(ctx)
	})
	rpc.HandleNoticeFunc(h.peer, notifySpecDone, func(nothing) { b.specDone() })
	rpc.HandleNoticeFunc(h.peer, notifyReserved, func(t token) { h.standsBy(t.Number) })
	serveDirector(h)
	serveBackstage(h)
}

func (h *host) hello(_ context.Context, hi hello) (helloAnswer, error) {
	if hi.Hash != hashOf(h.b.config.Tree) {
		return helloAnswer{SendTree: true}, nil
	}
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	h.pid, h.ready = hi.PID, true
	switch {
	case h.cell != nil:
		close(h.greeted)
	case h.child != nil:
		h.b.starting--
	default:
		h.exit = watchExit(hi.PID)
	}
	h.b.change()
	return helloAnswer{}, nil
}

// standsBy notes that the process is free and waits for the request of that number.
func (h *host) standsBy(number uint64) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	if h.asked == number {
		h.reserved = number
		h.b.change()
	}
}

// reserve asks the process to stand by for a request. The caller holds the lock.
func (h *host) reserve(number uint64) {
	if h.asked == number || h.lease != nil {
		return
	}
	h.asked, h.reserved = number, 0
	if h.child != nil {
		h.reserved = number // it has no specs of its own
		return
	}
	_ = rpc.Notify(h.peer, notifyReserve, token{number}) // a dead one is taken off the list
}

// unreserve lets the process go on with its own specs. The caller holds the lock.
func (h *host) unreserve() {
	if h.asked == 0 {
		return
	}
	if h.child == nil {
		_ = rpc.Notify(h.peer, notifyUnreserve, token{h.asked})
	}
	h.asked, h.reserved = 0, 0
}

// conducts returns the lease that the process acquired.
func (h *host) conducts() (*lease, error) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	if h.lease == nil || h.lease.conductor != h {
		return nil, fmt.Errorf("%s conducts no spec", h.name)
	}
	return h.lease, nil
}

// hostsFor returns the stage that the process hosts a role on.
func (h *host) hostsFor() (*lease, string, error) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	if h.lease == nil || h.role == "" {
		return nil, "", fmt.Errorf("%s hosts no role", h.name)
	}
	return h.lease, h.role, nil
}

// Call does what stage.Runner says.
func (h *host) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	answer, err := rpc.Call[callRequest, text](ctx, h.peer, methodSeat, callRequest{Method: method, Body: body})
	if err != nil && !h.alive() {
		return nil, h.why(ctx, err)
	}
	return []byte(answer.Text), err
}

// alive reports whether the connection to the process stands. A process that has
// died is on the list until it is known how.
func (h *host) alive() bool {
	select {
	case <-h.peer.Done():
		return false
	default:
		return true
	}
}

// why waits until it is known how the process died, which its connection's end, err,
// does not say. The spec has been told when it returns.
func (h *host) why(ctx context.Context, err error) error {
	select {
	case <-h.told:
		h.b.mu.Lock()
		defer h.b.mu.Unlock()
		return h.gone
	case <-ctx.Done():
		return err
	}
}

// Crash does what stage.Runner says.
func (h *host) Crash(ctx context.Context) error {
	if err := h.line.Detach(ctx); err != nil {
		return err
	}
	_, err := rpc.Call[nothing, nothing](ctx, h.peer, methodVacate, nothing{})
	return err
}

// vacate makes the process free for the next lease.
func (h *host) vacate(ctx context.Context) error {
	h.line.Use(nil)
	return h.Crash(ctx)
}

// use puts the process on a Switch.
func (h *host) use(sw *transport.Switch) { h.line.Use(sw) }

// doing says what the process is busy with.
func (h *host) doing() string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	answer, err := rpc.Call[nothing, text](ctx, h.peer, methodDoing, nothing{})
	if err != nil {
		return "does not answer"
	}
	return answer.Text
}

// epitaph says how the process died, as far as that can be known.
func (h *host) epitaph() string {
	if h.child != nil {
		return h.child.epitaph(time.Second)
	}
	how := "died; ginkgo prints its exit result at the end" // ginkgo's command, which started it, knows
	if state := h.exit.state(); state != "" {
		how = "died: " + state
	}
	return how + lastOutput(h.lastWords())
}

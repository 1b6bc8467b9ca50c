package broker

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// host is a process that can run a role. The broker's lock guards its fields, but
// for those that never change.
type host struct {
	b         *Broker
	name      string           // "Ginkgo process 2", "child process"
	child     *process.Process // nil for a Ginkgo process
	lastWords func() string    // of a Ginkgo process, once it has died
	first     bool             // it is process 1, and has the broker: whoever ends it ends the run
	printed   io.ReadWriter    // of a Ginkgo process; may be nil
	line      *pipe.Line
	peer      *rpc.Peer

	output *process.Output // what it prints

	pid       int
	exit      process.Watch // of a Ginkgo process
	ready     bool          // it has said hello
	waits     int           // calls with which a Ginkgo process waits, and may host meanwhile
	request   *request      // of its own, that waits
	directed  *loan         // of its own spec
	loan      *loan         // that it hosts a role of
	role      string        // in that loan
	before    string        // the role that it hosted before, and its spec
	seen      time.Time     // when it last had to do with a loan
	aside     string        // why it is not lent; "" if it may be
	gone      error         // once it is dead
	dismissed bool          // it was told to end
	raced     bool          // a data race was found in it, and told
	told      chan struct{} // closed when its spec was told that it is dead

	isolated *isolatedRole // that it runs, or nil
	greeted  chan struct{} // closed when the process of an isolated role has said hello
	planned  bool          // its end is no loss

	unplugged bool // its machine ends with it
}

var _ stage.Runner = (*host)(nil)

func (b *Broker) admit(h *host, carrier pipe.Carrier) {
	h.told = make(chan struct{})
	if h.output == nil {
		h.listen()
	}
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
	methodHello.serve(h.peer, h.hello)
	methodTree.serve(h.peer, func(_ context.Context, tree string) (nothing, error) {
		return nothing{}, difference(h.tree(), tree, h.name)
	})
	methodBorrow.serve(h.peer, func(ctx context.Context, r Request) (nothing, error) { return nothing{}, b.borrow(ctx, h, r) })
	methodReturn.serve(h.peer, func(ctx context.Context, _ nothing) (nothing, error) {
		b.withdraw(ctx, h)
		return nothing{}, nil
	})
	methodFinish.serve(h.peer, func(ctx context.Context, _ nothing) (nothing, error) { return nothing{}, b.finish(ctx, h) })
	noticeSpecDone.hear(h.peer, func(nothing) { b.specDone() })
	noticeClean.hear(h.peer, func(nothing) { b.alter(func() { h.aside = "" }) })
	noticeLate.hear(h.peer, func(f stage.Failure) { b.late(&f) })
	noticeFailed.hear(h.peer, h.failed)
	noticeLog.hear(h.peer, func(e stage.Entry) {
		if l, role := h.hostsFor(); l != nil { // a line from after the spec's end has no reader
			e.Role = role
			l.Log(e)
		}
	})
	noticeSaw.hear(h.peer, func(s stage.Sight) {
		if l, role := h.hostsFor(); l != nil {
			s.Role = role
			l.Saw(s)
		}
	})
	h.peer.HandleOthers(h.do)
}

// String names the process. The caller holds the lock, or the process has died.
func (h *host) String() string { return fmt.Sprintf("%s (process id %d)", h.name, h.pid) }

// tree returns the fingerprint that the process must have.
func (h *host) tree() string {
	if h.child != nil {
		return h.b.config.ChildTree
	}
	return h.b.config.Tree
}

func (h *host) hello(_ context.Context, hi hello) (helloAnswer, error) {
	if hi.Hash != hashOf(h.tree()) {
		return helloAnswer{SendTree: true}, nil
	}
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	h.pid, h.ready = hi.PID, true
	switch {
	case h.isolated != nil:
		close(h.greeted)
	case h.child != nil:
		h.b.starting--
	default:
		h.exit = process.WatchID(hi.PID)
	}
	h.b.change()
	return helloAnswer{}, nil
}

// free reports whether the host can be lent. The caller holds the lock.
func (h *host) free() bool {
	return !h.first && h.ready && h.alive() && h.loan == nil && h.aside == "" && !h.dismissed &&
		(h.child != nil || h.waits > 0 && h.directed == nil)
}

// hostsFor returns the loan that the process hosts a role of, or nil, and the role.
func (h *host) hostsFor() (*loan, string) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	return h.loan, h.role
}

// Call implements stage.Runner.
func (h *host) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	answer, err := h.peer.Call(ctx, method, body)
	if err != nil && !h.alive() {
		return nil, h.why(ctx, err)
	}
	return answer, err
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
		return h.gone // which does not change any more
	case <-ctx.Done():
		return err
	}
}

// Crash implements stage.Runner.
func (h *host) Crash(ctx context.Context) error {
	if err := h.line.Detach(ctx); err != nil {
		return err
	}
	_, err := methodCrash.call(ctx, h.peer, nothing{})
	return err
}

// doing says why the process is not there for a request. The caller holds the lock.
func (h *host) doing(r *request) string {
	switch {
	case h == r.director && h.loan == nil:
		return "runs this spec"
	case h.loan != nil:
		return fmt.Sprintf("hosts role %s of the spec %q", h.role, h.loan.spec)
	case h.aside != "":
		return "is not lent: " + h.aside
	case h.free():
		return "is free"
	case h.first:
		return "has the broker, and hosts no role"
	case h.directed != nil:
		return fmt.Sprintf("runs the spec %q", h.directed.spec)
	}
	return "runs specs of its own"
}

// epitaph says how the process died, as far as that can be known.
func (h *host) epitaph() string {
	if h.child != nil {
		return h.childEpitaph(time.Second)
	}
	how := "died; ginkgo prints its exit result at the end" // ginkgo's command, which started it, knows
	if state := h.exit.State(); state != "" {
		how = "died: " + state
	}
	h.drain()
	said := h.output.String()
	if words := h.lastWords(); !strings.Contains(said, words) {
		said += words
	}
	return how + process.LastWords(said)
}

package broker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// startChild starts a child and admits it. If it fails, the request that waits for it
// is told.
func (b *Broker) startChild() {
	h := &host{b: b, name: "child process"}
	if err := b.spawn(h, func(*exec.Cmd) {}, func() bool { return b.closed }); err != nil {
		b.alter(func() { b.starting, b.childErr = b.starting-1, err })
	}
}

// Warm starts children for a spec of that many roles, before one asks: they take a while to
// build a large tree.
func (b *Broker) Warm(roles int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range min(roles, b.room(0)) {
		b.starting++
		b.running.Go(b.startChild)
	}
}

// spawn makes a child, the host's, of a command that prepare has had a look at, and admits it. It ends it
// again if over, which is called under the lock, says that nobody needs it any more.
func (b *Broker) spawn(h *host, prepare func(*exec.Cmd), over func() bool) error {
	cmd, err := b.config.Child()
	if err != nil {
		return unstarted(err)
	}
	carrier, afterStart, err := pipe.ForChild(cmd)
	if err != nil {
		return unstarted(err)
	}
	prepare(cmd)
	h.listen()
	h.child, err = process.Start(cmd, h.output)
	afterStart()
	if err != nil {
		return unstarted(err)
	}
	h.pid = h.child.ID()
	b.admit(h, carrier)
	if under(b, over) { // whoever ended the others may have come before this one was there
		_ = h.line.Close()
		_ = h.endChild(context.Background())
	}
	return nil
}

func unstarted(why error) error { return fmt.Errorf("start a child process: %w", why) }

// shared says that a host is a child that works for one spec after another.
func shared(h *host) bool { return h.child != nil && h.isolated == nil && h.ready && !h.dismissed }

// dismiss ends a child that nobody uses. The caller holds the lock.
func (b *Broker) dismiss(h *host) {
	h.dismissed = true
	h.peer.Fail(errors.New("others need its place"))
	b.running.Go(func() { b.bury(context.Background(), h) })
}

// endChild waits for the child to exit, which it does when its connection has ended, and
// kills it if it takes too long.
func (h *host) endChild(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = h.child.Resume() // a stopped one does not see that
	if h.child.Await(ctx) {
		return fmt.Errorf("child process %d did not exit by itself and was killed", h.pid)
	}
	return nil
}

// how says how the child ended; it must have.
func (h *host) how() process.Manner {
	if m, ended := h.child.Manner(); ended {
		return m
	}
	return process.Manner{Text: "it lives on without its connection", Code: -1}
}

// childEpitaph says how the child ended and what it last wrote. A child that closes its
// connection on purpose may need some time to exit.
func (h *host) childEpitaph(patience time.Duration) string {
	select {
	case <-h.child.Done():
		return "died: " + h.how().Text + h.output.LastWords()
	case <-time.After(patience):
		return "closed its connection but lives on"
	}
}

package broker

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// flush returns when all that the process has printed so far was read, or soon.
func (h *host) flush(ctx context.Context) {
	h.pass(ctx, func(ctx context.Context, mark string) error { // one that is stopped prints none: what it has printed is read when it can be
		_, err := methodMark.call(ctx, h.peer, mark)
		return err
	})
}

// drain returns when all that a Ginkgo process that has died had printed is read.
func (h *host) drain() {
	if h.printed != nil {
		h.pass(context.Background(), func(_ context.Context, mark string) error {
			_, err := io.WriteString(h.printed, mark)
			return err
		})
	}
}

// pass has a mark printed, and waits until it is read, unless that takes too long.
func (h *host) pass(ctx context.Context, mark func(ctx context.Context, mark string) error) {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	text, seen := h.output.Mark()
	if mark(ctx, text+"\n") != nil {
		return // it has died
	}
	select {
	case <-seen:
	case <-ctx.Done():
	}
}

// flushTimeout bounds how long a process may take to print a mark: one that is stuck must not
// hold up the report that it is.
const flushTimeout = 500 * time.Millisecond

// listen has what the host prints reach the spec whose role it hosts.
func (h *host) listen() {
	var raced func(string)
	if h.b.config.Race {
		raced = h.hasRaced
	}
	h.output = process.NewOutput(func(line string) {
		if l, role := h.hostsFor(); l != nil {
			l.Log(stage.Entry{Time: time.Now(), Role: role, Text: stage.Printed + line})
		}
	}, raced)
}

// failed takes what has failed on the role that the host has, outside of any call.
func (h *host) failed(f stage.Failure) {
	h.b.mu.Lock()
	l := h.loan
	h.raced = h.raced || f.Kind == stage.Race
	h.b.mu.Unlock()
	if l == nil {
		h.b.late(&f)
		return
	}
	l.Failed(f)
}

// hasRaced takes a report of the race detector.
func (h *host) hasRaced(report string) {
	h.b.mu.Lock()
	l, role, pid, before := h.loan, h.role, h.pid, h.history()
	h.b.mu.Unlock()
	if l == nil {
		h.b.late(fmt.Errorf("%s (process id %d)%s has a data race:\n%s", h.name, pid, before, report))
		return
	}
	l.Failed(stage.Failure{Role: role, PID: pid, Kind: stage.Race, Message: report})
}

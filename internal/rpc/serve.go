package rpc

import (
	"context"
	"errors"
	"fmt"
)

// serve runs the handler of a call in a goroutine of its own.
func (p *Peer) serve(m message) {
	h := p.handlers[m.method]
	if h == nil && p.others != nil {
		h = func(ctx context.Context, body []byte) ([]byte, error) { return p.others(ctx, m.method, body) }
	}
	if h == nil {
		_ = p.out.put(message{kind: kindUnknown, id: m.id})
		return
	}
	ctx, cancel := context.WithCancel(p.ctx)
	p.mu.Lock()
	p.serving[m.id] = cancel
	p.mu.Unlock()
	p.work.Go(func() {
		defer p.cancelServing(m.id)
		body, err := h(ctx, m.body)
		p.reply(m, body, err)
	})
}

// reply answers a call. An answer that cannot be sent because of its size becomes an
// error; when the connection has ended, nobody waits for it.
func (p *Peer) reply(m message, body []byte, err error) {
	answer := message{kind: kindAnswer, id: m.id, body: body}
	if err == nil && answer.tooLong() {
		err = fmt.Errorf("rpc: answer to %q: %w", m.method, ErrTooLong)
	}
	if err != nil {
		text := err.Error()
		answer.kind, answer.body = kindError, []byte(text[:min(len(text), step)])
	}
	if err := p.out.put(answer); err != nil && !errors.Is(err, ErrClosed) {
		p.Fail(fmt.Errorf("answer to %q: %w", m.method, err))
	}
}

// cancelServing ends the context of a call that is being served.
func (p *Peer) cancelServing(id uint64) {
	p.mu.Lock()
	cancel := p.serving[id]
	delete(p.serving, id)
	p.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

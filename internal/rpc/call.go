package rpc

import (
	"context"
	"errors"
	"fmt"
)

// Call asks the other end to run a method and returns its answer. It returns the
// cause of ctx when that ends first, a *RemoteError if the handler returned one,
// ErrUnknownMethod if there is none, and ErrClosed, wrapped with the reason, when
// the connection ends.
func (p *Peer) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("rpc: call %q: %w", method, context.Cause(ctx))
	}
	answer := make(chan message, 1)
	id := p.expect(answer)
	defer p.forget(id)
	if err := p.out.put(message{kindCall, id, method, body}); err != nil {
		return nil, p.sendError("call", method, err)
	}
	select {
	case m := <-answer:
		return m.result(method)
	case <-ctx.Done():
		_ = p.out.put(message{kind: kindCancel, id: id})
		return nil, fmt.Errorf("rpc: call %q: %w", method, context.Cause(ctx))
	case <-p.done:
		select {
		case m := <-answer: // it came before the end
			return m.result(method)
		default:
			return nil, fmt.Errorf("rpc: call %q: %w", method, p.Err())
		}
	}
}

// Notify sends a notice. It does not wait: a nil error means that the notice is
// queued. It returns ErrClosed, wrapped with the reason, when the connection has
// ended, and ErrFull when the other end does not read.
func (p *Peer) Notify(method string, body []byte) error {
	if err := p.out.put(message{kind: kindNotice, method: method, body: body}); err != nil {
		return p.sendError("notice", method, err)
	}
	return nil
}

func (p *Peer) sendError(what, method string, err error) error {
	if reason := p.Err(); errors.Is(err, ErrClosed) && reason != nil {
		err = reason
	}
	return fmt.Errorf("rpc: %s %q: %w", what, method, err)
}

// expect notes that a call waits for its answer, and returns its id.
func (p *Peer) expect(answer chan message) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastID++
	p.calls[p.lastID] = answer
	return p.lastID
}

func (p *Peer) forget(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, id)
}

// answer hands a message to the call it answers, unless that no longer waits.
func (p *Peer) answer(m message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if call, ok := p.calls[m.id]; ok {
		delete(p.calls, m.id)
		call <- m // it has room for one
	}
}

func (m message) result(method string) ([]byte, error) {
	switch m.kind {
	case kindError:
		return nil, &RemoteError{Method: method, Text: string(m.body)}
	case kindUnknown:
		return nil, fmt.Errorf("%w %q", ErrUnknownMethod, method)
	}
	return m.body, nil
}

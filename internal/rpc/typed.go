package rpc

import (
	"context"
	"fmt"

	"github.com/7aca83c2/multinode/internal/codec"
)

// Call encodes the argument, calls the method, and decodes its answer.
func Call[A, R any](ctx context.Context, p *Peer, method string, argument A) (R, error) {
	var none R
	body, err := codec.AppendAs(nil, argument)
	if err != nil {
		return none, fmt.Errorf("rpc: call %q: argument: %w", method, err)
	}
	if body, err = p.Call(ctx, method, body); err != nil {
		return none, err
	}
	result, err := codec.DecodeAs[R](body, nil)
	if err != nil {
		return none, fmt.Errorf("rpc: call %q: answer: %w", method, err)
	}
	return result, nil
}

// Notify encodes the argument and sends a notice.
func Notify[A any](p *Peer, method string, argument A) error {
	body, err := codec.AppendAs(nil, argument)
	if err != nil {
		return fmt.Errorf("rpc: notice %q: argument: %w", method, err)
	}
	return p.Notify(method, body)
}

// HandleFunc has f answer the calls of a method.
func HandleFunc[A, R any](p *Peer, method string, f func(context.Context, A) (R, error)) {
	p.Handle(method, func(ctx context.Context, body []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](body, nil)
		if err != nil {
			return nil, fmt.Errorf("rpc: call %q: argument: %w", method, err)
		}
		result, err := f(ctx, argument)
		if err != nil {
			return nil, err
		}
		if body, err = codec.AppendAs(nil, result); err != nil {
			return nil, fmt.Errorf("rpc: call %q: answer: %w", method, err)
		}
		return body, nil
	})
}

// HandleNoticeFunc has f take the notices of a method, under the rules of
// NoticeHandler.
func HandleNoticeFunc[A any](p *Peer, method string, f func(A)) {
	p.HandleNotice(method, func(body []byte) error {
		argument, err := codec.DecodeAs[A](body, nil)
		if err != nil {
			return err
		}
		f(argument)
		return nil
	})
}

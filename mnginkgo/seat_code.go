package mnginkgo

import (
	"context"
	"fmt"
	"runtime"
)

func (s *seat) view(context.Context, nothing) (View, error) {
	node, err := s.current()
	if err != nil {
		return View{}, err
	}
	return viewOf(node.Role(), node.instance), nil
}

func (s *seat) command(ctx context.Context, b bodyRequest) (a answer, err error) {
	node, err := s.current()
	if err != nil {
		return a, err
	}
	borrowed.Take(b.Waits)
	var failed error
	fail := s.do("in a command", node.Role(), func() { a.Result, failed = tree.commands[b.Ordinal](ctx, node, b.Argument) })
	switch {
	case fail != nil:
		a.Failed, a.Fail = true, *fail
	case failed != nil:
		a.Error = failed.Error()
	}
	return a, nil
}

func (s *seat) body(ctx context.Context, b bodyRequest) (a answer, err error) {
	node, err := s.current()
	if err != nil {
		return a, err
	}
	borrowed.Take(b.Waits)
	spec := newRoleContext(ctx, b.Report)
	fail := s.do("in the body", node.Role(), func() { tree.bodies[b.Ordinal](spec, node.with(spec)) })
	if fail != nil {
		// The others are ended for this. Were the barriers told, they could fail of that
		// before the spec hears of the cause.
		a.Failed, a.Fail = true, *fail
		return a, nil
	}
	return a, s.backstage.Ended(ctx, node.Role())
}

// do runs the user's code and remembers, for progress reports, that it is at it.
func (s *seat) do(what, role string, code func()) *failure {
	defer s.doing.begin(what)()
	return runOnRole(role, code)
}

// status says what the role is doing, for progress reports.
func (s *seat) status(context.Context, nothing) (string, error) {
	return fmt.Sprintf("%s; %d goroutines in its process", s.doing.String(), runtime.NumGoroutine()), nil
}

package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
)

// handovers are what a node does before it begins to leave.
type handovers struct {
	log  *slog.Logger
	turn chan struct{} // held by the Leave that runs them

	mu    sync.Mutex
	steps []*handover
}

type handover struct {
	name string
	do   func(context.Context) error
}

func newHandovers(log *slog.Logger) handovers {
	return handovers{log: log, turn: make(chan struct{}, 1)}
}

// BeforeLeave has Leave call do before the node begins to leave, and wait for it: what
// runs on the node hands its work to others there, while it is still a full member.
// What was registered last is called first. The context is that of Leave. An error does
// not keep the node from leaving; it is logged with the name. The function that
// BeforeLeave returns takes do back.
//
// A node that is downed, or whose system is stopped, calls nothing.
func (m *Membership) BeforeLeave(name string, do func(context.Context) error) (cancel func()) {
	h := &m.handovers
	step := &handover{name, do}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.steps = append(h.steps, step)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.steps = slices.DeleteFunc(h.steps, func(s *handover) bool { return s == step })
	}
}

// run takes the steps that are registered, each once, whoever else leaves at the same time. It
// returns an error only if ctx ends first.
func (h *handovers) run(ctx context.Context, m *Membership) error {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for step := h.take(); step != nil && !m.isDone(); step = h.take() {
		err := step.do(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", step.name, context.Cause(ctx))
		}
		if err != nil {
			h.log.Warn("leaving without a hand-over", "of", step.name, "error", err)
		}
	}
	return nil
}

func (h *handovers) take() *handover {
	h.mu.Lock()
	defer h.mu.Unlock()
	last := len(h.steps) - 1
	if last < 0 {
		return nil
	}
	step := h.steps[last]
	h.steps = h.steps[:last]
	return step
}

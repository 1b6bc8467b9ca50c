package broker

import (
	"context"
	"fmt"
	"sync"
)

// turn says what a Ginkgo process does: a spec of its own, or standing by for a
// request of another's, or neither.
type turn struct {
	tell func(number uint64) // that the process stands by for a request

	mu      sync.Mutex
	changed chan struct{}
	spec    string // its own, or ""
	asked   uint64 // the request it was asked to stand by for, 0 for none
	held    uint64 // the request it stands by for, 0 for none
}

func (t *turn) init(tell func(uint64)) {
	t.tell = tell
	t.changed = make(chan struct{})
}

func (t *turn) change() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// reserve has the process stand by for a request as soon as it has no spec.
func (t *turn) reserve(number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = number
	t.standBy()
}

func (t *turn) standBy() {
	if t.asked != 0 && t.held == 0 && t.spec == "" {
		t.held, t.asked = t.asked, 0
		t.tell(t.held)
	}
}

// unreserve forgets a request.
func (t *turn) unreserve(number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked == number {
		t.asked = 0
	}
	if t.held == number {
		t.held = 0
		t.standBy()
	}
	t.change()
}

func (t *turn) enter(ctx context.Context, gone <-chan struct{}, spec string) error {
	for {
		t.mu.Lock()
		if t.held == 0 {
			t.spec = spec
			t.mu.Unlock()
			return nil
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-gone:
			return errGone
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *turn) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spec = ""
	t.standBy()
}

// String says it for people.
func (t *turn) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.spec != "":
		return fmt.Sprintf("runs the spec %q", t.spec)
	case t.held != 0:
		return "hosts a role of another process's spec"
	}
	return "is between two specs"
}

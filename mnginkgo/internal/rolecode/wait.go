package rolecode

import (
	"context"
	"sync"
)

// wait is while Ginkgo's own goroutine waits for code on roles. Its suite is theirs meanwhile:
// Ginkgo changes it without a lock.
type wait struct {
	mu   sync.Mutex
	over bool
	list []func() // what is to be done before it is over
}

type waitKey struct{}

// Waiting returns the context of calls for which the calling goroutine is about to wait. It must be
// one of Ginkgo's, and call end when it no longer waits, whether all calls have returned or not.
func Waiting(ctx context.Context) (waiting context.Context, end func()) {
	w := &wait{}
	return context.WithValue(ctx, waitKey{}, w), w.end
}

// during calls begin, unless the wait is over, and has what it returns called once, when the wait
// ends or earlier.
func (w *wait) during(begin func() (end func())) (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return func() {}
	}
	once := sync.OnceFunc(begin())
	w.list = append(w.list, once)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		once()
	}
}

func (w *wait) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	for _, once := range w.list {
		once()
	}
}

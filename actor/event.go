package actor

import (
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
)

// stream is the event stream of a system.
type stream struct {
	mu   sync.Mutex // guards changes
	subs atomic.Pointer[[]*subscription]
}

type subscription struct{ offer func(event any) }

// Subscribe has f called with every event of type E that is published on the system,
// until cancel is called. E may be an interface type. The publisher calls f, so it must
// not block; see SubscribeRef for an actor. The system itself publishes DeadLetter, Failure and IncarnationDown.
func Subscribe[E any](s *System, f func(E)) (cancel func()) {
	sub := &subscription{func(event any) {
		if e, ok := event.(E); ok {
			f(e)
		}
	}}
	s.events.change(func(subs []*subscription) []*subscription { return append(subs, sub) })
	return func() {
		s.events.change(func(subs []*subscription) []*subscription {
			return slices.DeleteFunc(subs, func(other *subscription) bool { return other == sub })
		})
	}
}

// SubscribeRef has an actor told of every event of type E until it ends, or cancel is
// called.
func SubscribeRef[E any](s *System, ref Ref[E]) (cancel func()) {
	if ref.to == nil {
		return func() {}
	}
	w := &whenEnded{Subscribe(s, ref.Tell)}
	var remote uint64
	s.startWatch(ref.to, w, &remote)
	return func() {
		w.cancel()
		s.endWatch(ref.to, w, remote)
	}
}

// whenEnded is a watcher that ends a subscription.
type whenEnded struct{ cancel func() }

func (w *whenEnded) ended(Reason) { w.cancel() }

// Publish offers an event to those who subscribed to its type, before it returns. A
// killed system publishes nothing.
func Publish[E any](s *System, event E) {
	subs := s.events.subs.Load()
	if subs == nil || s.killed.Load() {
		return
	}
	for _, sub := range *subs {
		if err := call(func() { sub.offer(event) }); err != nil {
			s.log.Error("event subscriber failed", slog.Any("error", err))
		}
	}
}

func (st *stream) change(f func([]*subscription) []*subscription) {
	st.mu.Lock()
	defer st.mu.Unlock()
	var subs []*subscription
	if old := st.subs.Load(); old != nil {
		subs = slices.Clone(*old)
	}
	subs = f(subs)
	st.subs.Store(&subs)
}

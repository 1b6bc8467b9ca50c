package lease

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory()
		l, other := m.Lease("x", time.Minute), m.Lease("y", time.Minute)
		acquire := func(l Lease, owner string, want bool) {
			t.Helper()
			if held, err := l.Acquire(t.Context(), owner); held != want || err != nil {
				t.Errorf("%s acquires: got %v, %v, want %v", owner, held, err, want)
			}
		}
		acquire(l, "a", true)
		acquire(l, "b", false)
		acquire(other, "b", true) // another lease
		acquire(m.Lease("x", time.Hour), "b", false)
		if got := m.Owner("x"); got != "a" {
			t.Errorf("the owner is %q, want a", got)
		}

		time.Sleep(50 * time.Second)
		acquire(l, "a", true) // renewed
		time.Sleep(time.Minute - 1)
		acquire(l, "b", false)
		time.Sleep(time.Nanosecond)
		acquire(l, "b", true) // it was lost
		acquire(l, "a", false)

		if err := l.Release(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		acquire(l, "a", false) // it was not a's to release
		if err := l.Release(t.Context(), "b"); err != nil {
			t.Error(err)
		}
		if got := m.Owner("x"); got != "" {
			t.Errorf("the owner is %q after its release, want nobody", got)
		}
		acquire(l, "a", true)
	})
}

func TestMemoryHeedsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := NewMemory()
	if held, err := m.Lease("x", time.Minute).Acquire(ctx, "a"); held || err == nil {
		t.Errorf("got %v, %v after the context's end", held, err)
	}
	if got := m.Owner("x"); got != "" {
		t.Errorf("%q holds it", got)
	}
}

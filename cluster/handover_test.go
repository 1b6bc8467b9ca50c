package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLeaveHandsOverFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b")
		l.await(time.Minute, "formation", allUp("a", "b"))
		var mu sync.Mutex
		var done []string
		step := func(name string) func() {
			return l.nodes["b"].BeforeLeave(name, func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				self, _ := l.nodes["a"].View().Member("b")
				done = append(done, fmt.Sprintf("%s while %s", name, self.Status))
				return errors.New("no matter")
			})
		}
		step("first")
		step("cancelled")()
		step("last")

		var group sync.WaitGroup
		for range 2 { // who leaves twice hands over once
			group.Go(func() {
				if err := l.nodes["b"].Leave(minute(t)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := strings.Join(done, ", "); got != "last while up, first while up" {
			t.Errorf("handed over: %s", got)
		}
	})
}

func TestLeaveThatCannotHandOverInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b")
		l.await(time.Minute, "formation", allUp("a", "b"))
		l.nodes["b"].BeforeLeave("the shop", func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.nodes["b"].Leave(short)
		if want := `cluster: node "b": leave: the shop: context deadline exceeded`; fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		l.await(time.Minute, "b is still a member", allUp("a", "b"))
	})
}

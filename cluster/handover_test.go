package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/lab"
)

func TestLeaveHandsOverFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a", "b")
		l.AwaitUp()
		var mu sync.Mutex
		var done []string
		step := func(name string) func() {
			return l.Nodes["b"].BeforeLeave(name, func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				self, _ := l.Nodes["a"].View().Member("b")
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
				if err := l.Nodes["b"].Leave(l.Within(time.Minute)); err != nil {
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
		l := lab.New(t)
		l.Start("a", "b")
		l.AwaitUp()
		l.Nodes["b"].BeforeLeave("the shop", func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.Nodes["b"].Leave(short)
		if want := `cluster: node "b": leave: the shop: context deadline exceeded`; fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		l.AwaitUp()
	})
}

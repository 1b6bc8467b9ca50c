package netconn_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestShutdownLosesNothing has a host go that has much under way.
func TestShutdownLosesNothing(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		much := strings.Repeat("much ", 20_000)
		done := make(chan struct{})
		go func() {
			defer close(done)
			time.Sleep(time.Second)
			w.read(dialed, much)
			w.ends(dialed)
		}()
		w.write(accepted, much)
		w.cut(ba)
		time.AfterFunc(100*time.Millisecond, func() { w.sw.Mend(ba) })
		if err := w.b.Shutdown(context.Background()); err != nil {
			w.Error(err)
		}
		<-done
		if _, err := w.b.Listen("tcp", ":81"); err == nil {
			w.Error("a host that has gone listens again")
		}
	})
}

func TestShutdownEndsWithItsContext(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		_, accepted := w.connect()
		w.write(accepted, "lost")
		w.cut(ab, ba)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		start := time.Now()
		if err := w.b.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("error %v", err)
		}
		if took := time.Since(start); took != time.Second {
			w.Errorf("took %v", took)
		}
	})
}

package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/internal/rpc"
)

// pair returns two connected peers, started after prepare.
func pair(t testing.TB, prepare func(a, b *rpc.Peer)) (a, b *rpc.Peer) {
	x, y := net.Pipe()
	a, b = rpc.NewPeer(x), rpc.NewPeer(y)
	prepare(a, b)
	a.Start()
	b.Start()
	t.Cleanup(func() {
		_ = a.Close()
		_ = b.Close()
		a.Wait()
		b.Wait()
	})
	return a, b
}

// bubble runs a test on a virtual clock, which also fails it if a goroutine is left.
func bubble(t *testing.T, f func(t *testing.T)) { synctest.Test(t, f) }

func TestCallsGoBothWays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := pair(t, func(a, b *rpc.Peer) {
			rpc.HandleFunc(b, "double", func(_ context.Context, n int) (int, error) {
				return rpc.Call[int, int](context.Background(), b, "half", 4*n)
			})
			rpc.HandleFunc(a, "half", func(_ context.Context, n int) (int, error) { return n / 2, nil })
		})
		_ = b
		got, err := rpc.Call[int, int](t.Context(), a, "double", 21)
		if got != 42 || err != nil {
			t.Errorf("double 21: %d, %v", got, err)
		}
	})
}

func TestErrorsTravelAsText(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := pair(t, func(_, b *rpc.Peer) {
			b.Handle("fail", func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no luck") })
		})
		_, err := a.Call(t.Context(), "fail", nil)
		var remote *rpc.RemoteError
		if !errors.As(err, &remote) || remote.Method != "fail" || err.Error() != "no luck" {
			t.Errorf("error: %#v", err)
		}
		_, err = a.Call(t.Context(), "missing", nil)
		if !errors.Is(err, rpc.ErrUnknownMethod) || err.Error() != `rpc: unknown method "missing"` {
			t.Errorf("error: %v", err)
		}
	})
}

func TestOthersAreTheMethodsWithoutAHandler(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := pair(t, func(_, b *rpc.Peer) {
			b.Handle("own", func(context.Context, []byte) ([]byte, error) { return []byte("its own"), nil })
			b.HandleOthers(func(_ context.Context, method string, body []byte) ([]byte, error) {
				return fmt.Append(nil, method, " ", string(body)), nil
			})
		})
		for method, want := range map[string]string{"own": "its own", "other": "other body"} {
			if got, err := a.Call(t.Context(), method, []byte("body")); string(got) != want || err != nil {
				t.Errorf("%s: %q, %v", method, got, err)
			}
		}
	})
}

func TestCancellationTravels(t *testing.T) {
	bubble(t, func(t *testing.T) {
		entered, ended := make(chan struct{}), make(chan struct{})
		a, _ := pair(t, func(_, b *rpc.Peer) {
			b.Handle("wait", func(ctx context.Context, _ []byte) ([]byte, error) {
				close(entered)
				<-ctx.Done()
				close(ended)
				return nil, ctx.Err()
			})
		})
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			<-entered
			cancel(errors.New("changed my mind"))
		}()
		_, err := a.Call(ctx, "wait", nil)
		if err == nil || err.Error() != `rpc: call "wait": changed my mind` {
			t.Errorf("error: %v", err)
		}
		<-ended
	})
}

func TestNoticesAreHandledInOrderAndBeforeWhatFollows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var got []int // no lock: the order makes it safe
		a, _ := pair(t, func(_, b *rpc.Peer) {
			rpc.HandleNoticeFunc(b, "n", func(n int) { got = append(got, n) })
			rpc.HandleFunc(b, "count", func(context.Context, struct{}) (int, error) { return len(got), nil })
		})
		for i := range 1000 {
			if err := rpc.Notify(a, "n", i); err != nil {
				t.Fatal(err)
			}
		}
		n, err := rpc.Call[struct{}, int](t.Context(), a, "count", struct{}{})
		if n != 1000 || err != nil {
			t.Errorf("%d notices were handled before the call: %v", n, err)
		}
		for i, n := range got {
			if i != n {
				t.Fatalf("notice %d is %d", i, n)
			}
		}
	})
}

func TestTheEndOfTheConnectionFailsCalls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		stopped := make(chan struct{})
		a, b := pair(t, func(_, b *rpc.Peer) {
			b.Handle("wait", func(ctx context.Context, _ []byte) ([]byte, error) {
				go b.Close()
				<-ctx.Done()
				close(stopped)
				return nil, nil
			})
		})
		_, err := a.Call(t.Context(), "wait", nil)
		if !errors.Is(err, rpc.ErrClosed) || !errors.Is(err, io.EOF) {
			t.Errorf("call under way: %v", err)
		}
		<-stopped
		<-a.Done()
		if _, err := a.Call(t.Context(), "wait", nil); !errors.Is(err, rpc.ErrClosed) || !errors.Is(err, io.EOF) {
			t.Errorf("later call: %v", err)
		}
		if err := b.Notify("x", nil); !errors.Is(err, rpc.ErrClosed) {
			t.Errorf("notice from the end that closed: %v", err)
		}
		if err := b.Err(); err != rpc.ErrClosed {
			t.Errorf("reason at the end that closed: %v", err)
		}
	})
}

func TestCloseWritesWhatIsQueued(t *testing.T) {
	bubble(t, func(t *testing.T) {
		got := 0
		a, b := pair(t, func(_, b *rpc.Peer) {
			b.HandleNotice("n", func([]byte) error { got++; return nil })
		})
		for range 100 {
			_ = a.Notify("n", nil)
		}
		_ = a.Close()
		<-b.Done()
		if got != 100 {
			t.Errorf("%d of 100 notices arrived", got)
		}
	})
}

func TestCloseDoesNotWaitForAnEndThatDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		x, y := net.Pipe()
		defer y.Close()
		p := rpc.NewPeer(x)
		p.Start()
		_ = p.Notify("n", nil)
		_ = p.Close()
		p.Wait()
	})
}

func TestNotifyRefusesWhenTheOtherEndDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		x, y := net.Pipe()
		defer y.Close()
		p := rpc.NewPeer(x)
		p.Start()
		var err error
		body := make([]byte, 16<<20)
		for range 10 {
			if err = p.Notify("n", body); err != nil {
				break
			}
		}
		if !errors.Is(err, rpc.ErrFull) {
			t.Errorf("error: %v", err)
		}
		if err := p.Notify("n", make([]byte, rpc.MaxMessage)); !errors.Is(err, rpc.ErrTooLong) {
			t.Errorf("error: %v", err)
		}
		_ = p.Close()
		p.Wait()
	})
}

func TestGarbageEndsTheConnection(t *testing.T) {
	for name, c := range map[string]struct{ bytes, want string }{
		"length": {"\xff\xff\xff\xffrest", `rpc: connection closed: a message states a length of 4294967295 bytes, not 10 to 67108864: "\xff\xff\xff\xffrest"`},
		"kind":   {"\x0a\x00\x00\x00\x09" + strings.Repeat("\x00", 9), "rpc: connection closed: a message of 10 bytes has the unknown kind 9"},
		"method": {"\x0a\x00\x00\x00\x01" + strings.Repeat("\x00", 8) + "\x05", "rpc: connection closed: a message of 10 bytes states a method of 5"},
		"cut":    {"\x0a\x00\x00\x00\x01", "rpc: connection closed: a message of 10 bytes is cut off after 1: unexpected EOF"},
		"short":  {"\x0a", "rpc: connection closed: a message's length is cut off after 1 bytes: unexpected EOF"},
		"notice": {"\x0b\x00\x00\x00\x02" + strings.Repeat("\x00", 8) + "\x01x", `rpc: connection closed: notice "x" has no handler`},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				x, y := net.Pipe()
				p := rpc.NewPeer(x)
				p.Start()
				_, _ = io.WriteString(y, c.bytes)
				_ = y.Close()
				<-p.Done()
				if err := p.Err(); err.Error() != c.want {
					t.Errorf("error %q\n not %q", err, c.want)
				}
				p.Wait()
			})
		})
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	a, _ := pair(t, func(_, b *rpc.Peer) {
		b.Handle("echo", func(_ context.Context, body []byte) ([]byte, error) { return body, nil })
	})
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for j := range 100 {
				body := bytes.Repeat([]byte(fmt.Sprintf("%d-%d ", i, j)), 1+j*j)
				if got, err := a.Call(t.Context(), "echo", body); err != nil || !bytes.Equal(got, body) {
					t.Errorf("call %d-%d: %v", i, j, err)
				}
			}
		})
	}
	work.Wait()
}

// overPipes returns two connected peers as processes have them.
func overPipes(t testing.TB, prepare func(b *rpc.Peer)) *rpc.Peer {
	r1, w1, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r2, w2, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	a, b := rpc.NewPeer(duplex{r1, w2}), rpc.NewPeer(duplex{r2, w1})
	prepare(b)
	a.Start()
	b.Start()
	t.Cleanup(func() { _ = a.Close(); a.Wait(); b.Wait() })
	return a
}

type duplex struct{ r, w *os.File }

func (d duplex) Read(p []byte) (int, error)  { return d.r.Read(p) }
func (d duplex) Write(p []byte) (int, error) { return d.w.Write(p) }
func (d duplex) Close() error                { return errors.Join(d.w.Close(), d.r.Close()) }

func BenchmarkRoundTrip(b *testing.B) {
	p := overPipes(b, func(p *rpc.Peer) {
		p.Handle("echo", func(_ context.Context, body []byte) ([]byte, error) { return body, nil })
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Call(b.Context(), "echo", []byte("hello")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNotify(b *testing.B) {
	p := overPipes(b, func(p *rpc.Peer) {
		p.HandleNotice("n", func([]byte) error { return nil })
		p.Handle("flush", func(context.Context, []byte) ([]byte, error) { return nil, nil })
	})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := p.Notify("n", []byte("hello")); err != nil {
			b.Fatal(err)
		}
		if i%10000 == 0 {
			_, _ = p.Call(b.Context(), "flush", nil)
		}
	}
}

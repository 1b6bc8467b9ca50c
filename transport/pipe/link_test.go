package pipe_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// twoEnds returns both ends of a link, which end with the test.
func twoEnds(t testing.TB, name string) (*pipe.Line, *pipe.Host) {
	t.Helper()
	ours, theirs, err := pipe.Pair()
	if err != nil {
		t.Fatal(err)
	}
	line, host := pipe.NewLine(name, ours), pipe.NewHost(name, theirs)
	line.Start()
	host.Start()
	t.Cleanup(func() {
		_ = host.Close()
		_ = line.Close()
		host.Wait()
		line.Wait()
	})
	return line, host
}

func ignore(transport.Address, []byte) {}

func open(t testing.TB, host *pipe.Host, address transport.Address, receive transport.Receiver) transport.Endpoint {
	t.Helper()
	e, err := host.Open(address, receive)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestOpenIsRefusedWithoutALoan(t *testing.T) {
	line, host := twoEnds(t, "host 1")
	_, err := host.Open("a", ignore)
	if !errors.Is(err, pipe.ErrNotLent) || err.Error() != `transport/pipe: host "host 1": open "a": no spec has borrowed this host` {
		t.Errorf("before Use: %v", err)
	}
	line.Use(transport.NewSwitch())
	e := open(t, host, "a", ignore)
	line.Use(nil)
	_ = e.Close()
	if _, err := host.Open("a", ignore); !errors.Is(err, pipe.ErrNotLent) {
		t.Errorf("after Use(nil): %v", err)
	}
}

func TestEachLoanHasItsSwitch(t *testing.T) {
	line, host := twoEnds(t, "host 1")
	for range 3 {
		sw := transport.NewSwitch()
		line.Use(sw)
		heard := make(chan string, 1)
		e := open(t, host, "a", func(_ transport.Address, payload []byte) { heard <- string(payload) })
		_ = e.Send("a", []byte("hello"))
		if got := <-heard; got != "hello" {
			t.Errorf("heard %q", got)
		}
		if s := sw.Stats(); len(s) != 1 || s[0].Frames != 1 {
			t.Errorf("the Switch has counted %+v", s)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDetachStopsBothDirections(t *testing.T) {
	sw := transport.NewSwitch()
	line, host := twoEnds(t, "host 1")
	otherLine, other := twoEnds(t, "host 2")
	line.Use(sw)
	otherLine.Use(sw)
	calls := make(chan string, 1000)
	crashed := open(t, host, "a", func(from transport.Address, _ []byte) { calls <- "a was called by " + string(from) })
	open(t, other, "b", func(from transport.Address, payload []byte) {
		if string(payload) != "new" {
			calls <- "b heard " + string(payload)
		} else {
			close(calls)
		}
	})
	if err := line.Detach(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := crashed.Send("b", []byte("old")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("send after Detach: %v", err)
	}
	if err := line.Detach(within(t)); err != nil {
		t.Errorf("nothing to detach: %v", err)
	}
	again := open(t, host, "a", ignore)
	if err := crashed.Close(); err != nil {
		t.Errorf("closing what was detached: %v", err)
	}
	if err := again.Send("b", []byte("new")); err != nil {
		t.Error(err)
	}
	for call := range calls {
		t.Error(call)
	}
}

func TestDetachClosesAllEndpoints(t *testing.T) {
	sw := transport.NewSwitch()
	line, host := twoEnds(t, "host 1")
	otherLine, other := twoEnds(t, "host 2")
	line.Use(sw)
	otherLine.Use(sw)
	heard := make(chan string, 100)
	open(t, other, "b", func(from transport.Address, payload []byte) { heard <- string(payload) })
	entered, leave := make(chan struct{}), make(chan struct{})
	var opened []transport.Endpoint
	for _, address := range []transport.Address{"a1", "a2", "a3"} {
		opened = append(opened, open(t, host, address, func(transport.Address, []byte) { entered <- struct{}{}; <-leave }))
	}
	for _, e := range opened {
		if err := e.Send(e.Address(), nil); err != nil {
			t.Error(err)
		}
		<-entered // all three at once
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	err := line.Detach(ctx)
	for _, address := range []string{"a1", "a2", "a3"} {
		if err == nil || !strings.Contains(err.Error(), `transport/pipe: host "host 1": detach "`+address+`": `) {
			t.Errorf("the error does not name %s: %v", address, err)
		}
	}
	for _, e := range opened {
		if err := e.Send("b", []byte("old")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("send from %s after Detach: %v", e.Address(), err)
		}
	}
	again := open(t, host, "a1", ignore) // while the former receivers are stuck
	if err := again.Send("b", []byte("new")); err != nil {
		t.Error(err)
	}
	if got := <-heard; got != "new" {
		t.Errorf("b heard %q", got)
	}
	close(leave)
	if err := line.Detach(within(t)); err != nil {
		t.Error(err)
	}
	if err := again.Send("b", nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("send after the second Detach: %v", err)
	}
}

func TestDetachReportsAReceiverThatStays(t *testing.T) {
	sw := transport.NewSwitch()
	line, host := twoEnds(t, "host 1")
	line.Use(sw)
	entered, leave := make(chan struct{}), make(chan struct{})
	e := open(t, host, "a", func(transport.Address, []byte) { close(entered); <-leave })
	_ = e.Send("a", nil)
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := line.Detach(ctx); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), `transport/pipe: host "host 1": detach "a": `) {
		t.Errorf("error: %v", err)
	}
	close(leave)
	open(t, host, "a", ignore) // the link is of use all the same
}

func TestGarbageEndsItsLinkAndNoOther(t *testing.T) {
	header := func(length uint32, rest ...byte) []byte {
		return append(binary.LittleEndian.AppendUint32(nil, length), rest...)
	}
	for name, c := range map[string]struct {
		bytes []byte
		want  string
	}{
		"too long": {header(0xfffffff0, 1), "a frame states a length of 4294967280 bytes, not 1 to 16777472"},
		"empty":    {header(0, 1), "a frame states a length of 0 bytes, not 1 to 16777472"},
		"address":  {header(3, 9, 'x', 'y'), "a frame of 3 bytes states an address of 9"},
		"marker":   {header(3, 0, 'x', 'y'), "a frame of 3 bytes has no address, and a marker has 9"},
		"payload":  {header(transport.MaxFrame, 1, 'x'), "a frame of 16777472 bytes carries 16777470, more than 16777216"},
	} {
		t.Run(name, func(t *testing.T) {
			sw := transport.NewSwitch()
			otherLine, other := twoEnds(t, "host 2")
			otherLine.Use(sw)
			heard := make(chan struct{})
			e := open(t, other, "b", func(transport.Address, []byte) { close(heard) })

			ours, theirs, err := pipe.Pair()
			if err != nil {
				t.Fatal(err)
			}
			line := pipe.NewLine("host 1", ours)
			line.Start()
			_, _ = theirs.Data.Write(c.bytes)
			<-line.Done()
			want := `rpc: connection closed: transport/pipe: host "host 1": data from the host: ` + c.want
			if got := line.Err().Error(); got != want {
				t.Errorf("the broker says %q\n not %q", got, want)
			}
			line.Wait()
			_ = theirs.Close()

			ours, theirs, err = pipe.Pair()
			if err != nil {
				t.Fatal(err)
			}
			host := pipe.NewHost("host 1", theirs)
			host.Start()
			_, _ = ours.Data.Write(c.bytes)
			<-host.Done()
			want = `rpc: connection closed: transport/pipe: host "host 1": data from the broker: ` + c.want
			if got := host.Err().Error(); got != want {
				t.Errorf("the host says %q\n not %q", got, want)
			}
			host.Wait()
			_ = ours.Close()

			_ = e.Send("b", nil)
			<-heard
		})
	}
}

func TestTheEndOfTheLinkClosesTheEndpoint(t *testing.T) {
	sw := transport.NewSwitch()
	line, host := twoEnds(t, "host 1")
	line.Use(sw)
	e := open(t, host, "a", ignore)
	_ = line.Close()
	<-host.Done()
	host.Wait()
	line.Wait()
	if err := e.Send("a", nil); !errors.Is(err, net.ErrClosed) || !errors.Is(err, rpc.ErrClosed) {
		t.Errorf("send: %v", err)
	}
	if err := e.Close(); !errors.Is(err, rpc.ErrClosed) {
		t.Errorf("close: %v", err)
	}
	if _, err := host.Open("b", ignore); !errors.Is(err, rpc.ErrClosed) {
		t.Errorf("open: %v", err)
	}
	line, host = twoEnds(t, "host 2")
	line.Use(sw)
	open(t, host, "a", ignore) // the address is free again
}

func TestControlPassesDataThatIsStuck(t *testing.T) {
	sw := transport.NewSwitch()
	ours, theirs, err := pipe.Pair()
	if err != nil {
		t.Fatal(err)
	}
	line, host := pipe.NewLine("host 1", ours), pipe.NewHost("host 1", theirs)
	rpc.HandleFunc(host.Peer(), "double", func(_ context.Context, n int) (int, error) { return 2 * n, nil })
	line.Use(sw)
	line.Start()
	host.Start()
	entered, leave := make(chan struct{}), make(chan struct{})
	e := open(t, host, "a", func(_ transport.Address, payload []byte) {
		if len(payload) == 0 {
			close(entered)
			<-leave
		}
	})
	_ = e.Send("a", nil)
	<-entered
	for range 500 {
		_ = e.Send("a", make([]byte, 64<<10))
	}
	if n, err := rpc.Call[int, int](within(t), line.Peer(), "double", 21); n != 42 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	close(leave)
	_ = host.Close()
	line.Wait()
	host.Wait()
}

func TestRoutingDoesNotAllocatePerFrame(t *testing.T) {
	sw := transport.NewSwitch()
	line, host := twoEnds(t, "host 1")
	line.Use(sw)
	const batch = 2000
	n, done := 0, make(chan struct{}, 1)
	e := open(t, host, "a", func(transport.Address, []byte) {
		if n++; n%batch == 0 {
			done <- struct{}{}
		}
	})
	payload := make([]byte, 64)
	allocations := testing.AllocsPerRun(50, func() {
		for range batch {
			_ = e.Send("a", payload)
		}
		<-done
	})
	if allocations > batch/100 {
		t.Errorf("%v allocations for %d frames", allocations, batch)
	}
}

package pipe

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// hostOf returns a host that opens its endpoints on sw, and whose queues have a limit.
func hostOf(t *testing.T, sw *transport.Switch, limit int) *Host {
	_, host := ends(t, sw, limit)
	return host
}

func ends(t *testing.T, sw *transport.Switch, limit int) (*Line, *Host) {
	ours, theirs, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	line, host := NewLine("host 1", ours), NewHost("host 1", theirs)
	host.in.limit = limit
	line.Use(sw)
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

func openAt(t *testing.T, h *Host, address transport.Address, receive transport.Receiver) transport.Endpoint {
	t.Helper()
	e, err := h.Open(address, receive)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A receiver that is stuck beside others costs a bounded queue: what finds no room there is
// counted, and frames are told apart by their places in the stream all the same.
func TestAQueueIsBounded(t *testing.T) {
	sw := transport.NewSwitch()
	host := hostOf(t, sw, 10_000)
	entered, leave := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var got []string
	last := make(chan struct{})
	a := openAt(t, host, "a", func(_ transport.Address, payload []byte) {
		mu.Lock()
		got = append(got, string(payload[:1]))
		mu.Unlock()
		switch payload[0] {
		case 's':
			close(entered)
			<-leave
		case 'l':
			close(last)
		}
	})
	b := openAt(t, host, "b", func(transport.Address, []byte) {})
	send := func(payload string) {
		t.Helper()
		if err := b.Send("a", []byte(payload)); err != nil {
			t.Error(err)
		}
	}
	ab := transport.Link{From: "b", To: "a"}
	await := func(what string, is func(transport.Stats) bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
			i := slices.IndexFunc(sw.Stats(), func(s transport.Stats) bool { return s.Link == ab && is(s) })
			if i >= 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("it does not come to that %s: %+v", what, sw.Stats())
			}
		}
	}
	send("s")
	<-entered
	long := strings.Repeat("x", 1000)
	for range 20 {
		send(long)
	}
	await("eleven find no room", func(s transport.Stats) bool {
		return s.Dropped[transport.ReasonNoRoom] == transport.Dropped{Frames: 11, Bytes: 11_000}
	})
	send("y") // there is room for it
	await("it is at the Switch", func(s transport.Stats) bool { return s.Passed == 22 })
	if err := sw.Cut(t.Context()); err != nil { // of no link
		t.Error(err)
	}
	close(leave)
	await("the others are delivered", func(s transport.Stats) bool {
		mu.Lock()
		defer mu.Unlock()
		return len(got) == 11 && s.Frames == 11
	})
	if err := sw.Cut(t.Context(), ab); err != nil {
		t.Error(err)
	}
	sw.Mend(ab)
	send("l") // its place is behind all that the cut has taken back
	<-last
	if want := strings.Split("s"+strings.Repeat("x", 9)+"yl", ""); !slices.Equal(got, want) {
		t.Errorf("a was given %q, not %q", got, want)
	}
	_ = a.Close()
}

// Neither end remembers endpoints that were closed.
func TestEndpointsThatAreClosedAreForgotten(t *testing.T) {
	line, host := ends(t, transport.NewSwitch(), queueLimit)
	for range 10 {
		var open []transport.Endpoint
		for _, address := range []transport.Address{"a", "b", "c"} {
			open = append(open, openAt(t, host, address, func(transport.Address, []byte) {}))
		}
		if _, err := host.Open("c", func(transport.Address, []byte) {}); !errors.Is(err, transport.ErrInUse) {
			t.Errorf("the second at one address: %v", err)
		}
		for _, e := range open {
			if err := errors.Join(e.Send("a", nil), e.Close()); err != nil {
				t.Error(err)
			}
		}
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		line.mu.Lock()
		host.in.mu.Lock()
		host.mu.Lock()
		attachments, inlets, open := len(line.attachments), len(host.in.inlets), len(host.open)
		host.mu.Unlock()
		host.in.mu.Unlock()
		line.mu.Unlock()
		if attachments+inlets+open == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d attachments, %d inlets and %d endpoints are left", attachments, inlets, open)
		}
	}
}

// The goroutines of several endpoints end with the link, whatever is in their queues.
func TestQueuesEndWithTheLink(t *testing.T) {
	host := hostOf(t, transport.NewSwitch(), queueLimit)
	entered, leave := make(chan struct{}), make(chan struct{})
	a := openAt(t, host, "a", func(transport.Address, []byte) { entered <- struct{}{}; <-leave })
	openAt(t, host, "b", func(transport.Address, []byte) {})
	for i := range 3 {
		if err := a.Send("a", nil); err != nil {
			t.Error(err)
		}
		if i == 0 {
			<-entered
		}
	}
	for i, queued := host.in.of(1), false; !queued; time.Sleep(time.Millisecond) {
		i.Lock()
		queued = len(i.queue.buf) > 0
		i.Unlock()
	}
	_ = host.Close()
	for ended := false; !ended; time.Sleep(time.Millisecond) {
		host.in.mu.Lock()
		ended = host.in.ended
		host.in.mu.Unlock()
	}
	close(leave)
	select {
	case <-entered:
		t.Error("a frame is delivered when the link has ended")
	case <-waited(host):
	}
}

func waited(h *Host) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		h.Wait()
		close(done)
	}()
	return done
}

func TestMarkersThatMakeNoSenseEndTheLink(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		want  string
	}{
		"unknown":  {appendMarker(nil, 7), "a marker names attachment 7, which does not exist"},
		"unmarked": {transport.AppendFrame(nil, "a", nil), "a frame comes before any marker, or behind the last one"},
		"last":     {appendMarker(nil, 7|lastMark), "a marker names attachment 7, which does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs, err := Pair()
			if err != nil {
				t.Fatal(err)
			}
			host := NewHost("host 1", theirs)
			host.Start()
			_, _ = ours.Data.Write(c.bytes)
			<-host.Done()
			want := `rpc: connection closed: transport/pipe: host "host 1": data from the broker: ` + c.want
			if got := host.Err().Error(); got != want {
				t.Errorf("the host says %q\n not %q", got, want)
			}
			host.Wait()
			_ = ours.Close()
		})
	}
}

package transporttest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// patience is how long an event may take: far longer than on a busy machine under the
// race detector, and short enough to wait for once.
const patience = 30 * time.Second

// world is the Switch of one case, and what is needed to put nodes on it.
type world struct {
	*testing.T
	sw       *transport.Switch
	make     Maker
	networks func() transport.Network
}

func newWorld(t *testing.T, networks Maker) *world {
	w := &world{T: t, make: networks}
	t.Cleanup(w.recorded)
	w.use(transport.NewSwitch(transport.WithRecord()))
	return w
}

// use puts the nodes made from now on on another Switch.
func (w *world) use(sw *transport.Switch) {
	w.sw = sw
	w.networks = w.make(w, sw)
}

// node opens an address on a Network of its own.
func (w *world) node(address transport.Address) *node {
	w.Helper()
	return w.on(w.networks(), address)
}

// on opens an address on a Network, which may have others.
func (w *world) on(network transport.Network, address transport.Address) *node {
	w.Helper()
	n := newNode(w, address, network)
	n.open()
	w.Cleanup(func() {
		n.unstall()
		_ = n.endpoint().Close()
	})
	return n
}

func (w *world) cut(links ...transport.Link) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.sw.Cut(ctx, links...); err != nil {
		w.Fatal(err)
	}
}

// eventually waits until ok.
func (w *world) eventually(what string, ok func() bool) {
	w.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("after %v it does not hold that %s; counted:%s", patience, what, w.counted())
		}
	}
}

// counted returns what the Switch has counted, for people.
func (w *world) counted() string {
	var text strings.Builder
	for _, s := range w.sw.Stats() {
		fmt.Fprintf(&text, "\n%v: %d queued, %d held, %d delayed, dropped: %v", s.Link, s.Frames, s.Held, s.Delayed, s.Dropped)
	}
	return text.String()
}

// await waits for an event.
func (w *world) await(what string, event <-chan struct{}) {
	w.Helper()
	select {
	case <-event:
	case <-time.After(patience):
		w.Fatalf("after %v: no sign of %s", patience, what)
	}
}

// repeat does something again and again, until stop is called.
func (w *world) repeat(do func()) (stop func()) {
	end := make(chan struct{})
	ended := start(func() {
		for {
			select {
			case <-end:
				return
			default:
				do()
			}
		}
	})
	return func() {
		w.Helper()
		close(end)
		w.await("the end of what is repeated", ended)
	}
}

// notYet fails the test with what is wrong if the event has come.
func (w *world) notYet(event <-chan struct{}, wrong string) {
	w.Helper()
	select {
	case <-event:
		w.Error(wrong)
	default:
	}
}

// stats returns what the Switch has counted for a link.
func (w *world) stats(l transport.Link) transport.Stats {
	for _, s := range w.sw.Stats() {
		if s.Link == l {
			return s
		}
	}
	return transport.Stats{Link: l}
}

// dropped returns how many frames of a link were dropped, for whatever reason.
func (w *world) dropped(l transport.Link) uint64 {
	var all uint64
	for _, d := range w.stats(l).Dropped {
		all += d.Frames
	}
	return all
}

func link(from, to transport.Address) transport.Link { return transport.Link{From: from, To: to} }

// start runs f in a goroutine, and returns a channel that is closed when it is done.
func start(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}

package transporttest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// frame is a frame as its receiver saw it.
type frame struct {
	from    transport.Address
	payload string
}

func (f frame) String() string { return fmt.Sprintf("%.40q of %s", f.payload, f.from) }

// node writes down what it receives.
type node struct {
	w       *world
	address transport.Address
	network transport.Network

	mu      sync.Mutex
	at      transport.Endpoint
	got     []frame
	seen    map[frame]bool
	counts  map[transport.Address]uint64
	change  chan struct{}              // closed and made anew with each frame
	forbid  map[transport.Address]bool // a frame of these is a failure
	stallOn string                     // a frame with this payload keeps the receiver
	stalled chan struct{}              // closed when it does
	release chan struct{}              // closed when it no longer need
	refused string                     // frames with this payload are discarded
}

func newNode(w *world, address transport.Address, network transport.Network) *node {
	return &node{
		w: w, address: address, network: network, change: make(chan struct{}),
		seen: map[frame]bool{}, counts: map[transport.Address]uint64{},
	}
}

// open opens the node's address, or opens it again.
func (n *node) open() {
	n.w.Helper()
	e, err := n.network.Open(n.address, n.receive)
	if err != nil {
		n.w.Fatalf("open %q: %v", n.address, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at = e
}

func (n *node) endpoint() transport.Endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at
}

func (n *node) close() {
	n.w.Helper()
	if err := n.endpoint().Close(); err != nil {
		n.w.Fatalf("close %q: %v", n.address, err)
	}
}

func (n *node) send(to transport.Address, payload string) {
	n.w.Helper()
	if err := n.endpoint().Send(to, []byte(payload)); err != nil {
		n.w.Errorf("send from %q to %q: %v", n.address, to, err)
	}
}

// sendMany sends payloads of count frames, numbered from 0.
func (n *node) sendMany(to transport.Address, name string, count int) {
	n.w.Helper()
	for i := range count {
		n.send(to, numbered(name, i))
	}
}

// stream sends frames, one after the other, until stop is called.
func (n *node) stream(to transport.Address) (stop func()) {
	i := 0
	return n.w.repeat(func() {
		n.send(to, numbered("frame", i))
		if i++; i%200 == 0 {
			time.Sleep(200 * time.Microsecond) // or a virtual clock would stand still
		}
	})
}

func numbered(name string, i int) string { return fmt.Sprintf("%s %d", name, i) }

func (n *node) receive(from transport.Address, payload []byte) {
	n.mu.Lock()
	if n.forbid[from] {
		n.w.Errorf("%q was given %v, which it must not be any more", n.address, frame{from, string(payload)})
	}
	var wait chan struct{}
	if n.stallOn != "" && n.stallOn == string(payload) {
		wait, n.stallOn = n.release, ""
		close(n.stalled)
	}
	f := frame{from, string(payload)}
	n.got = append(n.got, f)
	n.seen[f] = true
	n.counts[from]++
	close(n.change)
	n.change = make(chan struct{})
	refuses := n.refused != "" && n.refused == string(payload)
	n.mu.Unlock()
	if refuses {
		n.endpoint().Discard(from, "refused", len(payload))
	}
	if wait != nil {
		<-wait
	}
}

// refuse has the receiver discard the frames with this payload.
func (n *node) refuse(payload string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refused = payload
}

// stall has the receiver not return from a frame with this payload until unstall, or the next
// stall. The channel is closed when it has come to that.
func (n *node) stall(payload string) <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.goOn()
	n.stallOn, n.stalled, n.release = payload, make(chan struct{}), make(chan struct{})
	return n.stalled
}

// stalls has another node not return from a frame of this one, until unstall.
func (n *node) stalls(other *node) {
	n.w.Helper()
	stalled := other.stall("stop")
	n.send(other.address, "stop")
	n.w.await("the frame that stalls "+string(other.address), stalled)
}

func (n *node) unstall() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.goOn()
}

func (n *node) goOn() {
	if n.release != nil {
		close(n.release)
		n.release = nil
	}
}

// hearsNoMoreOf makes it a failure to be given a frame of from, until hears.
func (n *node) hearsNoMoreOf(from transport.Address) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forbid = map[transport.Address]bool{from: true}
}

func (n *node) hears() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forbid = nil
}

// received returns the payloads of from's frames so far.
func (n *node) received(from transport.Address) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for _, f := range n.got {
		if f.from == from {
			all = append(all, f.payload)
		}
	}
	return all
}

// hasHeard fails the test unless just these payloads of from's frames were received so far.
func (n *node) hasHeard(from transport.Address, payloads ...string) {
	n.w.Helper()
	if got := n.received(from); !slices.Equal(got, payloads) {
		n.w.Errorf("%s received %q", n.address, got)
	}
}

// hasHeardMany fails the test unless the first count frames of sendMany were all that was
// received of from.
func (n *node) hasHeardMany(from transport.Address, name string, count int) {
	n.w.Helper()
	n.await(from, numbered(name, count-1))
	got := n.received(from)
	for i, payload := range got {
		if payload != numbered(name, i) {
			n.w.Fatalf("frame %d of %s at %s is %q", i, from, n.address, payload)
		}
	}
	if len(got) != count {
		n.w.Errorf("%d frames of %s arrived at %s, not %d", len(got), from, n.address, count)
	}
}

// count returns how many frames of from were received.
func (n *node) count(from transport.Address) uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.counts[from]
}

// accountsFor waits until all frames that from has sent were received or counted as dropped.
func (n *node) accountsFor(from *node, sent uint64) {
	n.w.Helper()
	l := link(from.address, n.address)
	n.w.eventually("all frames of "+l.String()+" are accounted for", func() bool {
		delivered := n.count(from.address)
		return delivered == n.w.stats(l).Frames && delivered+n.w.dropped(l) == sent
	})
}

// await waits until a frame of from with this payload was received.
func (n *node) await(from transport.Address, payload string) {
	n.w.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		n.mu.Lock()
		found, change := n.seen[frame{from, payload}], n.change
		last := n.got[max(0, len(n.got)-3):]
		n.mu.Unlock()
		if found {
			return
		}
		select {
		case <-change:
		case <-timeout.C:
			n.w.Fatalf("after %v %q has not received %v; its last frames are %v", patience, n.address, frame{from, payload}, last)
		}
	}
}

package actor

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// A message that is long would keep what follows it from a node that hangs on a slow link,
// and one that is longer than the queue of that link would never pass it. So it is cut into
// chunks. They are sent as a window allows, acknowledged, and sent again when they were
// lost; when all are there, the receiver handles the message as if it had come in one frame.
//
// Frames for other actors pass it meanwhile. Those for the same one, and what has to come
// behind all that was sent before, wait in the backlog until it has arrived.

const (
	// longest is the length, in bytes, of the longest frame that is not cut: 32 ms at 1 MB/s.
	longest = 32 << 10
	// maxBacklog bounds what waits for a node, in bytes: a dozen of the longest messages.
	maxBacklog = 256 << 20
	// maxCut is how many messages of different actors are on their way in chunks at a time.
	maxCut = 4
	// maxSilence is how long a node may acknowledge nothing before what is on its way in
	// chunks is given up.
	maxSilence = 30 * time.Second
	// forgetful is how long nothing has to be on its way until the window begins anew.
	forgetful = 10 * time.Second
)

// backlog is what waits for a node, and what is on its way to it in chunks.
type backlog struct {
	sys  *System
	peer *peer

	mu      sync.Mutex
	parcels []*parcel // in the order they were sent
	held    map[destination]int
	bytes   int
	number  uint64 // of the last parcel

	window   window
	flights  []flight // in order
	serial   uint64   // of the last
	recovery uint64   // of the last at the last loss: those before it do not count twice
	turn     int      // whose chunk is next
	heard    time.Time
	timer    *time.Timer // nil while no chunk is under way
	closed   bool
}

// destination is where order counts: an actor, or an ask.
type destination struct {
	path string
	uid  uint64 // of an ask
}

func (id identity) destination() destination {
	if id.path == askPath {
		return destination{id.path, id.uid}
	}
	return destination{path: id.path}
}

// makeBacklog returns that of a node.
func (s *System) makeBacklog(p *peer) *backlog {
	if p.backlog.Load() == nil {
		p.backlog.CompareAndSwap(nil, &backlog{sys: s, peer: p, held: map[destination]int{}, window: newWindow()})
	}
	return p.backlog.Load()
}

// mustQueue reports whether a frame cannot simply be sent.
func (p *peer) mustQueue(id identity, length int, last bool) bool {
	if length > longest {
		return true
	}
	b := p.backlog.Load()
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return last && len(b.parcels) > 0 || b.held[id.destination()] > 0
}

// queue puts a frame into the backlog, and sends what can be sent.
func (s *System) queue(to *peer, p *parcel) error {
	if _, err := s.peers.ready(s, to, p.to.incarnation); err != nil {
		return err
	}
	if len(p.frame) > transport.MaxPayload {
		return transport.ErrTooLong
	}
	b := s.makeBacklog(to)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrStopped
	}
	if b.bytes+len(p.frame) > maxBacklog {
		return fmt.Errorf("%w: %d bytes", ErrBacklog, b.bytes)
	}
	p.frame = slices.Clone(p.frame)
	if n := asNumbered(p.asked); n != nil {
		n.sentAs(math.MaxUint64) // no life can have got it yet
	}
	b.number++
	p.number = b.number
	if len(b.parcels) == 0 {
		if time.Since(b.heard) > forgetful {
			b.window = newWindow() // the path may be another one by now
		}
		b.heard = time.Now()
	}
	b.parcels = append(b.parcels, p)
	b.held[p.to.destination()]++
	b.bytes += len(p.frame)
	b.release()
	return nil
}

// release sends the frames that need not wait any more, and starts on what is to be cut.
// b.mu is held.
func (b *backlog) release() {
	blocked, cut := map[destination]bool{}, 0
	waiting := b.parcels[:0]
	for _, p := range b.parcels {
		where := p.to.destination()
		switch {
		case p.started && p.left == 0:
			b.remove(p)
			continue
		case blocked[where] || p.last && len(waiting) > 0:
		case !p.isLong():
			b.remove(p)
			if err := b.ship(p, p.frame); err != nil {
				b.sys.lose(p, err)
			}
			continue
		case !p.started && cut < maxCut:
			p.start()
		}
		if p.started {
			cut++
		}
		blocked[where] = true
		waiting = append(waiting, p)
	}
	clear(b.parcels[len(waiting):])
	b.parcels = waiting
	b.fill()
}

// ship sends a frame of a parcel.
func (b *backlog) ship(p *parcel, frame []byte) error {
	return b.sys.peers.forward(b.sys, b.peer, p.to.incarnation, frame, p)
}

func (b *backlog) remove(p *parcel) {
	b.bytes -= len(p.frame)
	where := p.to.destination()
	if b.held[where]--; b.held[where] == 0 {
		delete(b.held, where)
	}
}

// fill sends chunks, of each message in turn, while the window has room for them.
func (b *backlog) fill() {
	for idle := 0; idle < len(b.parcels) && b.window.hasRoom(chunkBody); {
		b.turn = (b.turn + 1) % len(b.parcels)
		p := b.parcels[b.turn]
		offset, ok := p.take()
		if !ok {
			idle++
			continue
		}
		idle = 0
		b.serial++
		f := flight{b.serial, p, offset, len(p.chunk(offset)), time.Now()}
		b.flights = append(b.flights, f)
		b.window.inFlight += f.size
		_ = b.ship(p, b.chunkFrame(f))
	}
	b.arm()
}

// arm has the oldest chunk that is under way wait for its acknowledgement.
func (b *backlog) arm() {
	switch {
	case len(b.flights) == 0 || b.closed:
		if b.timer != nil {
			b.timer.Stop()
			b.timer = nil
		}
	case b.timer == nil:
		b.timer = b.sys.after(b.window.timeout(), "overdue to "+string(b.peer.address), b.overdue)
	}
}

// overdue takes what is under way for lost once it is.
func (b *backlog) overdue() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.timer == nil || len(b.flights) == 0 {
		return
	}
	if wait := time.Until(b.flights[0].at.Add(b.window.timeout())); wait > 0 {
		b.timer.Reset(wait)
		return
	}
	b.timer = nil
	if time.Since(b.heard) > maxSilence {
		b.drop(func(p *parcel) bool { return p.started }, ErrNoAnswer)
		return
	}
	b.loseFlights(len(b.flights))
	b.window.timedOut()
	b.recovery = b.serial
	b.fill()
}

// loseFlights takes the first n chunks under way for lost.
func (b *backlog) loseFlights(n int) {
	for _, f := range b.flights[:n] {
		b.window.inFlight -= f.size
		f.parcel.missing = append(f.parcel.missing, f.offset)
	}
	b.flights = slices.Delete(b.flights, 0, n)
}

// reordered is how many chunks behind one have to arrive until it is taken for lost (RFC
// 9002, kPacketThreshold).
const reordered = 3

// acknowledged takes note that a chunk has arrived, which was sent so long ago.
func (b *backlog) acknowledged(a chunkAck, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = time.Now()
	i := slices.IndexFunc(b.parcels, func(p *parcel) bool { return p.number == a.parcel })
	if i >= 0 && (a.refused || !b.parcels[i].isFor(a.by)) {
		p := b.parcels[i]
		b.drop(func(other *parcel) bool { return other == p }, ErrIncarnation)
		return
	}
	if at, found := slices.BinarySearchFunc(b.flights, a.serial, func(f flight, n uint64) int {
		return int(int64(f.serial - n))
	}); found {
		size := b.flights[at].size
		b.window.inFlight -= size
		b.flights = slices.Delete(b.flights, at, at+1)
		b.window.acknowledged(size, took)
	} else {
		b.window.measure(took)
	}
	b.findLost(a.serial)
	if i >= 0 && b.parcels[i].arrive(a.offset) {
		b.release()
	} else {
		b.fill()
	}
}

// findLost takes for lost what has been passed by later chunks.
func (b *backlog) findLost(serial uint64) {
	n := 0
	for n < len(b.flights) && b.flights[n].serial+reordered <= serial {
		n++
	}
	if n == 0 {
		return
	}
	if b.flights[n-1].serial > b.recovery {
		b.window.lost()
		b.recovery = b.serial
	}
	b.loseFlights(n)
}

// drop gives up parcels. b.mu is held.
func (b *backlog) drop(which func(*parcel) bool, why error) {
	b.parcels = slices.DeleteFunc(b.parcels, func(p *parcel) bool {
		if !which(p) {
			return false
		}
		b.remove(p)
		b.sys.lose(p, why)
		return true
	})
	b.flights = slices.DeleteFunc(b.flights, func(f flight) bool {
		if !slices.Contains(b.parcels, f.parcel) {
			b.window.inFlight -= f.size
			return true
		}
		return false
	})
	b.release()
}

// lose makes a dead letter of what was given up, behind the back of who holds b.mu.
func (s *System) lose(p *parcel, why error) {
	if s.killed.Load() {
		return
	}
	err := fmt.Errorf("actor: send %T to %q: %w", p.message, p.to, why)
	s.start("lost to "+p.to.String(), func() {
		if p.asked != nil {
			p.asked.fail(why)
		}
		s.deadLetter(DeadLetter{To: p.to.String(), Message: p.message, Cause: err})
	})
}

// queued returns the number of the parcel that was queued last for a node.
func (p *peer) queued() uint64 {
	b := p.backlog.Load()
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.number
}

// passed reports whether all parcels up to a number have arrived.
func (p *peer) passed(number uint64) bool {
	b := p.backlog.Load()
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.parcels) == 0 || b.parcels[0].number > number
}

// dropBacklog gives up what waits for lives that are over, and what is on its way to
// whoever lived there.
func (p *peer) dropBacklog(e *ending) {
	if b := p.backlog.Load(); b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.drop(func(p *parcel) bool { return p.endsWith(e) }, e.err)
	}
}

// closeBacklogs ends all that is under way.
func (l *peers) closeBacklogs() {
	l.knownMu.RLock()
	defer l.knownMu.RUnlock()
	for _, p := range l.known {
		if b := p.backlog.Load(); b != nil {
			b.close()
		}
	}
}

func (b *backlog) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.arm()
	b.parcels, b.flights = nil, nil
}

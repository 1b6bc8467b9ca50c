package transport

import (
	"cmp"
	"container/heap"
	"context"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Steps has everything on a Switch happen one by one, on a virtual clock: the delivery of a frame is a step, and
// so is what others ask for with Do and Later. A step is taken when all that the one before has led to is at rest.
// Which is next depends on nothing but the time that each is due, and its name. Each frame takes a latency between
// MinLatency and MaxLatency, drawn from the seed and its link; those of a link stay in order. So with one seed
// the same frames come at the same times, whatever the scheduler of goroutines does, as long as what a
// step leads to does.
type Steps struct {
	seed   uint64
	settle func()
	heed   func(at time.Time, f Frame)
	wake   chan struct{}

	mu      sync.Mutex
	queue   stepQueue
	actions uint64 // so far
}

// MinLatency and MaxLatency bound what a frame takes with Steps.
const (
	MinLatency = 5 * time.Microsecond
	MaxLatency = 200 * time.Microsecond
)

// NewSteps returns Steps without one. It must be called in the bubble whose clock they go by. Settle returns when all
// other goroutines of the bubble wait, as synctest.Wait does. Heed is told of each frame that is delivered, with the
// time; it may be nil.
func NewSteps(seed uint64, settle func(), heed func(at time.Time, f Frame)) *Steps {
	return &Steps{seed: seed, settle: settle, heed: heed, wake: make(chan struct{}, 1)}
}

// WithSteps has the frames of the Switch take Steps, for which Steps.Run has to run. The default is to deliver
// at once, by whatever goroutine.
func WithSteps(steps *Steps) Option { return option(func(s *Switch) { s.steps = steps }) }

// Later has an action be a step of its own, at the present time. The action runs in a goroutine of its own, and may
// wait. Actions of one time take place in the order of their names, those of one name in that of the calls.
func (s *Steps) Later(name string, action func()) {
	s.push(&step{at: time.Now(), name: name, action: action})
}

// Do waits for a step of its own, at the present time.
func (s *Steps) Do(name string) {
	done := make(chan struct{})
	s.Later(name, func() { close(done) })
	<-done
}

// Run takes the steps until ctx ends.
func (s *Steps) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		due, some := s.next()
		if some && due <= 0 {
			s.settle()
			s.take()
			if ctx.Err() != nil {
				return
			}
			continue
		}
		if some {
			timer.Reset(due)
		} else {
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
			return
		}
	}
}

// next returns how long it is to the next step, if there is one.
func (s *Steps) next() (due time.Duration, some bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return 0, false
	}
	return time.Until(s.queue[0].at), true
}

// take takes the step that is next, if it is due: while all came to rest, another may have come before it.
func (s *Steps) take() {
	s.mu.Lock()
	if time.Until(s.queue[0].at) > 0 {
		s.mu.Unlock()
		return
	}
	next := heap.Pop(&s.queue).(*step)
	s.mu.Unlock()
	if next.action != nil {
		go next.action()
		return
	}
	next.lane.arrive(next, s.heed)
}

func (s *Steps) push(next *step) {
	s.mu.Lock()
	if next.action != nil {
		s.actions++
		next.number = s.actions
	}
	heap.Push(&s.queue, next)
	first := s.queue[0] == next
	s.mu.Unlock()
	if !first {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// step is an action, or a frame that is under way.
type step struct {
	at     time.Time
	name   string // of the link, for a frame
	number uint64 // of the frame on its link, or of the action
	action func()

	lane    *lane
	voided  uint64 // how often frames of the link were lost under way when it left
	payload []byte
}

// flight is what a lane knows of its frames that are under way.
type flight struct {
	latency *rand.Rand
	name    string
	last    time.Time // when the latest arrives
	number  uint64    // its number
	voided  uint64    // how often those under way were lost
	frames  int       // under way
	bytes   int       // of them
}

// fly has a frame be under way. The inbox's lock is held.
func (s *Steps) fly(ln *lane, payload []byte) {
	f := &ln.flight
	if f.latency == nil {
		f.name = string(ln.stats.From) + ">" + string(ln.stats.To)
		h := fnv.New64a()
		_, _ = h.Write([]byte(f.name))
		f.latency = rand.New(rand.NewPCG(s.seed, h.Sum64()))
	}
	at := time.Now().Add(MinLatency + time.Duration(f.latency.Int64N(int64(MaxLatency-MinLatency))))
	if !at.After(f.last) {
		at = f.last.Add(1)
	}
	f.last = at
	f.number++
	f.frames++
	f.bytes += len(payload)
	s.push(&step{at: at, name: f.name, number: f.number, lane: ln, voided: f.voided, payload: append([]byte(nil), payload...)})
}

// arrive puts a frame that was under way into the queue of its receiver.
func (ln *lane) arrive(next *step, heed func(time.Time, Frame)) {
	in := ln.in
	in.mu.Lock()
	defer in.mu.Unlock()
	if next.voided != ln.flight.voided {
		return // it was counted as lost
	}
	ln.flight.frames--
	ln.flight.bytes -= len(next.payload)
	if heed != nil {
		heed(next.at, Frame{ln.stats.Link, next.payload})
	}
	ln.queue(next.payload)
	in.moveOrWake()
}

// land drops the frames that are under way, and returns how many those were.
func (f *flight) land() (frames, bytes int) {
	frames, bytes = f.frames, f.bytes
	f.frames, f.bytes = 0, 0
	f.voided++
	return frames, bytes
}

// stepQueue is a heap of steps.
type stepQueue []*step

func (q stepQueue) Len() int { return len(q) }
func (q stepQueue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name), cmp.Compare(a.number, b.number)) < 0
}
func (q stepQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *stepQueue) Push(x any)   { *q = append(*q, x.(*step)) }
func (q *stepQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return x
}

package transport

import (
	"container/heap"
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
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
	began  time.Time
	timer  *time.Timer // wakes Run

	mu      sync.Mutex
	queue   stepQueue
	taken   *step         // the last one that was taken out
	parked  bool          // Run waits for the timer
	armed   time.Duration // when that goes off then
	over    bool          // Run is to return, or has
	ended   chan struct{} // closed then
	actions uint64        // so far
	idle    []chan func() // goroutines that have done an action, and wait for another one
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
	return &Steps{seed: seed, settle: settle, heed: heed, began: time.Now(), timer: time.NewTimer(never), ended: make(chan struct{})}
}

// never is a time for the timer that does not come.
const never = time.Duration(math.MaxInt64)

// WithSteps has the frames of the Switch take Steps, for which Steps.Run has to run. The default is to deliver
// at once, by whatever goroutine.
func WithSteps(steps *Steps) Option { return option(func(s *Switch) { s.steps = steps }) }

// Later has an action be a step of its own, at the present time. The action runs in a goroutine of its own, and may
// wait. Actions of one time take place in the order of their names, those of one name in that of the calls.
func (s *Steps) Later(name string, action func()) {
	s.push(&step{at: s.now(), name: name, action: action})
}

// Do waits for a step of its own, at the present time, or until Run is to return.
func (s *Steps) Do(name string) {
	done := make(chan struct{})
	s.Later(name, func() { close(done) })
	select {
	case <-done:
	case <-s.ended:
	}
}

// Run takes the steps until ctx ends.
func (s *Steps) Run(ctx context.Context) {
	defer s.timer.Stop()
	defer context.AfterFunc(ctx, s.end)()
	for {
		s.settle()
		next, over := s.next()
		switch {
		case over:
			return
		case next == nil:
			<-s.timer.C
		case next.action != nil:
			s.act(next.action)
		default:
			next.lane.arrive(next, s)
		}
	}
}

// next returns the step that is next, if it is due, and sets the timer if not.
func (s *Steps) next() (next *step, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.parked = len(s.queue) == 0 || s.queue[0].at > now
	s.armed = never
	switch {
	case s.over:
		return nil, true
	case !s.parked:
		s.taken = heap.Pop(&s.queue).(*step)
		return s.taken, false
	case len(s.queue) == 0:
		s.timer.Stop()
	default:
		s.arm(now, s.queue[0].at)
	}
	return nil, false
}

// arm has the timer go off when a step is due. The earliest is the next instant, for a step that comes while Run waits
// for a later one, whichever goroutine is first; before the clock goes on, all of the bubble are at rest.
func (s *Steps) arm(now, due time.Duration) {
	due = max(due, now+1)
	if due < s.armed {
		s.armed = due
		s.timer.Reset(due - now)
	}
}

func (s *Steps) push(next *step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next.action != nil {
		s.actions++
		next.number = s.actions
	}
	heap.Push(&s.queue, next)
	if s.parked {
		s.arm(s.now(), next.at)
	}
}

func (s *Steps) now() time.Duration { return time.Since(s.began) }

// act has an action done by a goroutine that is there already, if one is: its stack need not grow again.
func (s *Steps) act(action func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.idle) - 1
	if last < 0 {
		go s.work(action)
		return
	}
	s.idle[last] <- action
	s.idle = s.idle[:last]
}

// work does one action after another.
func (s *Steps) work(action func()) {
	for actions := make(chan func(), 1); action != nil; action = <-actions {
		action()
		s.mu.Lock()
		if s.over {
			close(actions)
		} else {
			s.idle = append(s.idle, actions)
		}
		s.mu.Unlock()
	}
}

// end has Run return, and the goroutines that wait for actions end.
func (s *Steps) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	close(s.ended)
	for _, actions := range s.idle {
		close(actions)
	}
	s.idle = nil
	s.timer.Reset(1)
}

// step is an action, or a frame that is under way.
type step struct {
	at     time.Duration // since the Steps began
	name   string        // of the link, for a frame
	number uint64        // of the frame on its link, or of the action
	action func()

	lane    *lane
	voided  uint64 // how often frames of the link were lost under way when it left
	payload []byte
	sent    time.Duration // see recorder.time
}

// flight is what a lane knows of its frames that are under way.
type flight struct {
	latency *rand.Rand
	name    string
	last    time.Duration // when the latest arrives
	number  uint64        // its number
	voided  uint64        // how often those under way were lost
	frames  []*step       // under way, in the order in which they arrive
}

// fly has a frame be under way. The inbox's lock is held.
func (s *Steps) fly(ln *lane, payload []byte, sent time.Duration) {
	f := &ln.flight
	if f.latency == nil {
		f.name = string(ln.stats.From) + ">" + string(ln.stats.To)
		h := fnv.New64a()
		_, _ = h.Write([]byte(f.name))
		f.latency = rand.New(rand.NewPCG(s.seed, h.Sum64()))
	}
	at := s.now() + MinLatency + time.Duration(f.latency.Int64N(int64(MaxLatency-MinLatency)))
	at = max(at, f.last+1)
	f.last = at
	f.number++
	next := &step{
		at: at, name: f.name, number: f.number, lane: ln, voided: f.voided, payload: append([]byte(nil), payload...), sent: sent,
	}
	f.frames = append(f.frames, next)
	s.push(next)
}

// arrive puts a frame that was under way into the queue of its receiver.
func (ln *lane) arrive(next *step, s *Steps) {
	in := ln.in
	in.lock()
	defer in.mu.Unlock()
	if next.voided != ln.flight.voided {
		return // it was counted as lost
	}
	ln.flight.frames = slices.Delete(ln.flight.frames, 0, 1) // those of a link arrive in order
	if s.heed != nil {
		s.heed(s.began.Add(next.at), Frame{ln.stats.Link, next.payload})
	}
	ln.queue(next.payload, next.sent)
	in.moveOrWake()
}

// land gives up the frames that are under way.
func (f *flight) land() {
	f.frames = nil
	f.voided++
}

// stepQueue is a heap of steps.
type stepQueue []*step

func (q stepQueue) Len() int { return len(q) }
func (q stepQueue) Less(i, j int) bool {
	switch a, b := q[i], q[j]; {
	case a.at != b.at:
		return a.at < b.at
	case a.name != b.name:
		return a.name < b.name
	default:
		return a.number < b.number
	}
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

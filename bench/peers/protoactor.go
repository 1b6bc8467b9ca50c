package peers

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Ball is the message that the actors of Proto.Actor are sent.
type Ball struct{ _ int }

// answer is the reply to an ask.
const answer = 1

// ProtoTell has one actor, with the unbounded mailbox that it has by default, and
// goroutines that send to it at once, together so many messages. It returns the time from
// before the first is sent until the last is handled.
func ProtoTell(senders, messages int) (time.Duration, error) {
	if senders < 1 || messages < 1 {
		return 0, fmt.Errorf("peers: tell: %d senders and %d messages: there must be one of each at least", senders, messages)
	}
	system := quietSystem()
	defer system.Shutdown()
	c := &counter{want: messages, done: make(chan struct{})}
	pid := system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return c }))
	began := time.Now()
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			m := &Ball{}
			for range share(messages, senders, i) {
				system.Root.Send(pid, m)
			}
		})
	}
	err := await(c.done)
	took := time.Since(began)
	all.Wait()
	if err := errors.Join(err, system.Root.PoisonFuture(pid).Wait()); err != nil {
		return 0, fmt.Errorf("peers: tell: %w", err)
	}
	if c.got != messages {
		return 0, fmt.Errorf("peers: tell: %d messages arrived, and %d were sent", c.got, messages)
	}
	return took, nil
}

// share returns how many of some messages a sender sends.
func share(messages, senders, sender int) int {
	n := messages / senders
	if sender < messages%senders {
		n++
	}
	return n
}

// counter is an actor that counts what it is sent.
type counter struct {
	got, want int
	done      chan struct{} // closed when it has got what it wants
}

// Receive implements actor.Actor.
func (c *counter) Receive(ctx actor.Context) {
	if _, ok := ctx.Message().(*Ball); !ok {
		return
	}
	if c.got++; c.got == c.want {
		close(c.done)
	}
}

// ProtoAsk asks one actor again and again, each time for a number, and returns the time of
// an ask on average. A future has no timeout, as its timer would count too.
func ProtoAsk(asks int) (time.Duration, error) {
	if asks < 1 {
		return 0, fmt.Errorf("peers: ask: %d asks: there must be one at least", asks)
	}
	system := quietSystem()
	defer system.Shutdown()
	pid := system.Root.Spawn(actor.PropsFromFunc(reply))
	took, err := ask(system.Root, pid, asks)
	if err := errors.Join(err, system.Root.StopFuture(pid).Wait()); err != nil {
		return 0, fmt.Errorf("peers: ask: %w", err)
	}
	return took / time.Duration(asks), nil
}

// ask returns how long all asks took together.
func ask(root *actor.RootContext, pid *actor.PID, asks int) (time.Duration, error) {
	const forever = -1
	m := &Ball{}
	began := time.Now()
	for range asks {
		got, err := root.RequestFuture(pid, m, forever).Result()
		if err != nil {
			return 0, err
		}
		if got != answer {
			return 0, fmt.Errorf("the reply is %v, not %d", got, answer)
		}
	}
	return time.Since(began), nil
}

// reply answers each Ball.
func reply(ctx actor.Context) {
	if _, ok := ctx.Message().(*Ball); ok {
		ctx.Respond(answer)
	}
}

// ProtoSpawn spawns actors of one Props. It returns the time from before the first until
// each has handled its Started, which is sent to it when it is spawned, and the bytes that
// were allocated meanwhile for each.
func ProtoSpawn(actors int) (took time.Duration, bytesEach float64, err error) {
	if actors < 1 {
		return 0, 0, fmt.Errorf("peers: spawn: %d actors: there must be one at least", actors)
	}
	system := quietSystem()
	defer system.Shutdown()
	started, stopped := newTally(actors), newTally(actors)
	props := actor.PropsFromProducer(func() actor.Actor { return &idler{started, stopped} })
	pids := make([]*actor.PID, actors)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	for i := range pids {
		pids[i] = system.Root.Spawn(props)
	}
	err = await(started.done)
	took = time.Since(began)
	runtime.ReadMemStats(&after)
	for _, pid := range pids {
		system.Root.Stop(pid)
	}
	if err = errors.Join(err, await(stopped.done)); err != nil {
		return 0, 0, fmt.Errorf("peers: spawn: %w", err)
	}
	return took, float64(after.TotalAlloc-before.TotalAlloc) / float64(actors), nil
}

// idler is an actor that notes that it was started and stopped.
type idler struct{ started, stopped *tally }

// Receive implements actor.Actor.
func (i *idler) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *actor.Started:
		i.started.one()
	case *actor.Stopped:
		i.stopped.one()
	}
}

// tally counts down to the moment when it closes done.
type tally struct {
	left atomic.Int64
	done chan struct{}
}

func newTally(n int) *tally {
	t := &tally{done: make(chan struct{})}
	t.left.Store(int64(n))
	return t
}

func (t *tally) one() {
	if t.left.Add(-1) == 0 {
		close(t.done)
	}
}

// quietSystem returns an actor system that logs nothing.
func quietSystem() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
}

package contests

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/bench/floors"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/peers"
)

// The measures of Actors.
const (
	tell1       = "actor tell, 1 to 1"
	tell2       = "actor tell, 2 to 1"
	ask         = "ask, one caller"
	spawn       = "spawn 100,000 actors, each"
	spawnMemory = "the same, allocated"
)

const (
	tells  = 2_000_000
	asks   = 200_000
	spawns = 100_000
)

// Actors compares actors within a process.
func Actors() contest.Contest {
	return contest.Contest{
		Name: "actors",
		Contenders: []contest.Contender{
			{Name: "channel", Run: runChannel},
			{Name: "mailbox floor", Run: runMailbox},
			{Name: ours, Run: runActors},
			{Name: proto, Run: runProto},
		},
		Measures: []contest.Measure{
			{Name: tell1, Unit: contest.PerSecond, Yardstick: "channel", Goals: []contest.Goal{contest.AtLeast(ours, 0.80), contest.AheadOf(ours, proto)}},
			{Name: tell2, Unit: contest.PerSecond, Yardstick: "channel", Goals: []contest.Goal{contest.AtLeast(ours, 0.70)}},
			{Name: ask, Unit: contest.Seconds, Yardstick: "mailbox floor", Goals: []contest.Goal{
				contest.Below(ours, 800e-9), contest.AtMost(ours, 1.5),
			}},
			{Name: spawn, Unit: contest.Seconds, Yardstick: "mailbox floor", Goals: []contest.Goal{contest.Below(ours, 600e-9)}},
			{Name: spawnMemory, Unit: contest.Bytes, Yardstick: "mailbox floor", Goals: []contest.Goal{contest.Below(ours, 400)}},
		},
	}
}

// ball is what is told.
type ball struct{ _ int }

// rate sends tells balls from some goroutines and returns how many arrived in a second.
// The receiver calls arrived for each.
func rate(senders int, start func(arrived func()) (tell func(*ball))) float64 {
	done := make(chan struct{})
	got := 0
	tell := start(func() {
		if got++; got == tells {
			close(done)
		}
	})
	began := time.Now()
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			m := &ball{}
			for range tells / senders {
				tell(m)
			}
		})
	}
	<-done
	took := time.Since(began)
	all.Wait()
	return tells / took.Seconds()
}

func runChannel(context.Context) (contest.Sample, error) {
	start := func(arrived func()) func(*ball) {
		c := make(chan *ball, 1024)
		go func() {
			for range tells {
				<-c
				arrived()
			}
		}()
		return func(m *ball) { c <- m }
	}
	return contest.Sample{tell1: rate(1, start), tell2: rate(2, start), ask: askChannel()}, nil
}

// askChannel returns how long an ask takes that is a channel for the reply, in seconds.
func askChannel() float64 {
	requests := make(chan chan int)
	defer close(requests)
	go func() {
		for reply := range requests {
			reply <- 1
		}
	}()
	began := time.Now()
	for range asks {
		reply := make(chan int, 1)
		requests <- reply
		<-reply
	}
	return time.Since(began).Seconds() / asks
}

func runMailbox(context.Context) (contest.Sample, error) {
	start := func(arrived func()) func(*ball) {
		box := &floors.Mailbox[*ball]{Handle: func(*ball) { arrived() }}
		return box.Tell
	}
	sample := contest.Sample{tell1: rate(1, start), tell2: rate(2, start)}

	box := &floors.Mailbox[chan int]{Handle: func(reply chan int) { reply <- 1 }}
	began := time.Now()
	for range asks {
		reply := make(chan int, 1)
		box.Tell(reply)
		<-reply
	}
	sample[ask] = time.Since(began).Seconds() / asks

	boxes := make([]*floors.Mailbox[int], 0, spawns)
	sample[spawn], sample[spawnMemory] = each(spawns, func() {
		boxes = append(boxes, &floors.Mailbox[int]{Handle: func(int) {}})
	})
	if len(boxes) != spawns {
		return nil, errors.New("mailboxes are missing")
	}
	return sample, nil
}

func runActors(ctx context.Context) (contest.Sample, error) {
	sys, err := actor.NewSystem()
	if err != nil {
		return nil, err
	}
	defer sys.Kill()
	start := func(arrived func()) func(*ball) {
		ref, err2 := actor.SpawnFunc(sys, "", func(*actor.Context[*ball], *ball) error {
			arrived()
			return nil
		})
		err = errors.Join(err, err2)
		return ref.Tell
	}
	sample := contest.Sample{tell1: rate(1, start), tell2: rate(2, start)}
	if err != nil {
		return nil, err
	}
	if sample[ask], err = askActor(ctx, sys); err != nil {
		return nil, err
	}
	sample[spawn], sample[spawnMemory] = each(spawns, func() {
		_, err2 := actor.SpawnFunc(sys, "", func(*actor.Context[int], int) error { return nil })
		if err2 != nil {
			err = err2
		}
	})
	return sample, err
}

// runProto is the same with Proto.Actor. Its spawn lasts until each actor has handled the
// message that it is sent by being spawned.
func runProto(context.Context) (contest.Sample, error) {
	sample := contest.Sample{}
	for senders, measure := range map[int]string{1: tell1, 2: tell2} {
		took, err := peers.ProtoTell(senders, tells)
		if err != nil {
			return nil, err
		}
		sample[measure] = tells / took.Seconds()
	}
	took, err := peers.ProtoAsk(asks)
	if err != nil {
		return nil, err
	}
	sample[ask] = took.Seconds()
	took, sample[spawnMemory], err = peers.ProtoSpawn(spawns)
	sample[spawn] = took.Seconds() / spawns
	return sample, err
}

func askActor(ctx context.Context, sys *actor.System) (seconds float64, err error) {
	ref, err := actor.SpawnFunc(sys, "", func(_ *actor.Context[actor.Ref[int]], reply actor.Ref[int]) error {
		reply.Tell(1)
		return nil
	})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for range asks {
		got, err := actor.Ask(ctx, ref, func(reply actor.Ref[int]) actor.Ref[int] { return reply })
		if err != nil || got != 1 {
			return 0, fmt.Errorf("reply %d: %w", got, err)
		}
	}
	return time.Since(began).Seconds() / asks, nil
}

// each calls do n times and returns what one call took, in seconds, and allocated, in
// bytes.
func each(n int, do func()) (seconds, bytes float64) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	for range n {
		do()
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return took.Seconds() / float64(n), float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
}

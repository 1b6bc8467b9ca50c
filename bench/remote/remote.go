// Package remote has two processes whose actors tell and ask each other, through the
// broker.
package remote

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Parts are what the two processes are.
var Parts = child.Parts{
	"remote-a": func(c pipe.Carrier) error { return serve(c, "a", "b") },
	"remote-b": func(c pipe.Carrier) error { return serve(c, "b", "a") },
}

const (
	methodOpen = "remote.open"
	methodTell = "remote.tell"
	methodAsk  = "remote.ask"
)

type nothing struct{}

// job is what is told and asked: of a few fields, as messages are.
type job struct {
	ID    int
	Name  string
	Reply actor.Ref[int] // gets the number of jobs handled so far, unless it is zero
}

// side is a process with one actor, and the name of that of the other.
type side struct {
	sys   *actor.System
	other actor.Ref[job]
	told  int
}

// serve is one side until the carrier is closed.
func serve(carrier pipe.Carrier, address, other transport.Address) error {
	host := pipe.NewHost("the broker", carrier)
	var s side
	rpc.HandleFunc(host.Peer(), methodOpen, func(context.Context, nothing) (nothing, error) {
		return nothing{}, s.open(host, address, other)
	})
	rpc.HandleFunc(host.Peer(), methodTell, func(_ context.Context, n int) (nothing, error) {
		return nothing{}, s.tell(n)
	})
	rpc.HandleFunc(host.Peer(), methodAsk, s.ask)
	host.Start()
	<-host.Done()
	return nil
}

func (s *side) open(network transport.Network, address, other transport.Address) (err error) {
	if s.sys, err = actor.NewSystem(actor.WithNetwork(network, address)); err != nil {
		return err
	}
	s.other = actor.RefAt[job](s.sys, other, "/worker")
	handled := 0
	_, err = actor.SpawnFunc(s.sys, "worker", func(_ *actor.Context[job], j job) error {
		handled++
		if !j.Reply.IsZero() {
			j.Reply.Tell(handled)
		}
		return nil
	})
	return err
}

// The last of each tellEvery jobs wants an answer, and the teller is no more than
// tellAhead answers ahead.
const (
	tellEvery = 4096
	tellAhead = 16
)

// tell tells n times tellEvery jobs, and returns when all are handled.
func (s *side) tell(n int) error {
	answers := make(chan int, tellAhead)
	counter, err := actor.SpawnFunc(s.sys, "", func(_ *actor.Context[int], handled int) error {
		answers <- handled
		return nil
	})
	if err != nil {
		return err
	}
	for sent := range n + tellAhead {
		if sent >= tellAhead {
			want := s.told - (min(sent, n)-1-(sent-tellAhead))*tellEvery
			if got := <-answers; got != want {
				return fmt.Errorf("of %d jobs %d were handled", want, got)
			}
		}
		if sent < n {
			s.tellSome(counter)
		}
	}
	return nil
}

func (s *side) tellSome(reply actor.Ref[int]) {
	for range tellEvery - 1 {
		s.other.Tell(job{ID: 7, Name: "build"})
	}
	s.other.Tell(job{ID: 7, Name: "build", Reply: reply})
	s.told += tellEvery
}

// ask asks n times, one by one, and returns the median of what it took.
func (s *side) ask(ctx context.Context, n int) (time.Duration, error) {
	took := make([]time.Duration, n)
	for i := range took {
		began := time.Now()
		got, err := actor.Ask(ctx, s.other, func(reply actor.Ref[int]) job { return job{ID: i, Name: "build", Reply: reply} })
		if s.told++; err != nil || got != s.told {
			return 0, errors.Join(err, fmt.Errorf("of %d jobs %d were handled", s.told, got))
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[n/2], nil
}

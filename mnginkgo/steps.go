package mnginkgo

import (
	"context"
	"sync/atomic"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// takeSteps begins the steps of the spec, in its bubble.
func (v *virtualTime) takeSteps(seed uint64) *transport.Steps {
	began, record := time.Now(), v.record
	v.steps = transport.NewSteps(seed, synctest.Wait, func(at time.Time, f transport.Frame) { record.Add(at.Sub(began), f) })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.steps.Run(ctx)
	}()
	v.endSteps = func() { cancel(); <-ended }
	return v.steps
}

// steppedStage is a stage of which each verb is a step, and costs a little virtual time: so that what a spec asks for
// does not meet a frame halfway, and a spec that asks until its clock says that it is late comes to an end.
type steppedStage struct {
	*stage.Stage
	steps *transport.Steps
	over  atomic.Bool // there are no steps any more, and no clock: the stage is only looked at
}

// cost is what a verb or a command costs in virtual time.
const cost = 200 * time.Microsecond

// spend has that pass in virtual time, also for what fails at once.
func (c *Cluster) spend() {
	if c.roles.Virtual {
		time.Sleep(cost)
	}
}

// Ask implements stage.Director.
func (s *steppedStage) Ask(ctx context.Context, verb string, argument []byte) ([]byte, error) {
	if !s.over.Load() {
		time.Sleep(cost)
		s.steps.Do("* " + verb + " " + string(argument))
	}
	return s.Stage.Ask(ctx, verb, argument)
}

// laterFor returns where what the actors of a plan's roles do waits for its turn, or nil.
func laterFor(p *plan) func(name string, run func()) {
	if !p.Virtual {
		return nil
	}
	return running.Load().steps.Later
}

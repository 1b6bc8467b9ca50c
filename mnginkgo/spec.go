package mnginkgo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// setUp boots the nodes of a spec. What it defers runs after everything that the
// spec defers itself.
func (p *plan) setUp(ctx ginkgo.SpecContext) {
	ginkgo.GinkgoHelper()
	c := newCluster(ctx, p)
	if p.parallel {
		c.must(c.useHosts(ctx))
	} else {
		c.useThisProcess()
	}
	p.running = c
	detach := ginkgo.AttachProgressReporter(c.progress)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		detach()
		return c.tearDown(ctx)
	})
	ginkgo.DeferCleanup(c.checkBites)
	ginkgo.DeferCleanup(c.reportLoss) // before the nodes that are left are stopped
	ginkgo.DeferOnFailure(c.report)
	if roles := p.startsAtOnce(); len(roles) > 0 {
		c.must(c.start(ctx, "start", roles))
		c.must(p.checkBooted(c.defaulted.Load()))
		c.done = nil // what follows is the spec's own doing
	}
}

// useThisProcess puts all roles on a stage in this process.
func (c *Cluster) useThisProcess() {
	takeOverFailures()
	sw := transport.NewSwitch(switchOptions()...)
	st := stage.New(sw, c.plan.barrierTimeout, predicate)
	seats := make([]*seat, len(c.plan.roles))
	for i, role := range c.plan.roles {
		seats[i] = &seat{backstage: st, network: chanpair.New(sw)}
		st.SetRunner(role, seats[i])
	}
	c.stage = st
	c.close = func(ctx context.Context) error {
		var errs []error
		for _, s := range seats {
			errs = append(errs, s.Crash(ctx))
		}
		return errors.Join(errs...)
	}
}

// switchOptions are the options of every Switch.
func switchOptions() []transport.Option {
	if !config.Trace {
		return nil
	}
	return []transport.Option{transport.WithTrace(func(f transport.Frame, v transport.Verdict) {
		fmt.Fprintf(os.Stderr, "multinode: %s %d bytes %s %s\n", f.Link, len(f.Payload), v.Fate, v.Reason)
	})}
}

func (c *Cluster) tearDown(ctx ginkgo.SpecContext) error {
	c.reportIfVerbose(ctx)
	text := ctx.SpecReport().FullText()
	c.over.Store(&text)
	c.plan.running = nil
	c.mu.Lock()
	for _, cancel := range c.late {
		cancel()
	}
	c.mu.Unlock()
	err := c.stopAll(ctx)
	if len(c.losses()) > 0 {
		err = c.reportLoss(ctx) // what else went wrong is a consequence
	}
	return errors.Join(err, c.close(ctx), c.removeData())
}

func reportJSON(ctx ginkgo.SpecContext) []byte {
	data, err := json.Marshal(ctx.SpecReport())
	if err != nil {
		return nil // a body can do without it
	}
	return data
}

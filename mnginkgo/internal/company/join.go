package company

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Join connects the process to the broker, with what Start has returned, and keeps it, when its
// specs have run out, until no other spec can need it.
func (p *Process) Join(ctx context.Context, data []byte, h Host) error {
	var invite invitation
	if err := json.Unmarshal(data, &invite); err != nil {
		return errors.New("the data is not what StartBroker returned: pass it on from the first function of SynchronizedBeforeSuite")
	}
	number := ginkgo.GinkgoParallelProcess()
	p.dir = invite.Dir
	if h.Suite != nil {
		rolecode.HearSteps(h.Suite)
	}
	switch {
	case p.broker != nil:
		return p.joinOwn(ctx, invite, h)
	case invite.Dir == "":
		p.late.hearHere()
		return nil
	}
	carrier, err := dialBroker(ctx, invite, number)
	if err != nil {
		return err
	}
	printed, err := process.DialPrinted(printedBy(invite.Dir, number))
	if err != nil {
		return err
	}
	if err := p.connect(ctx, carrier, h, printed); broker.IsGone(err) {
		return fmt.Errorf("%w%s", err, lastWords(invite.Dir))
	} else if err != nil {
		return err
	}
	if err := writeCrashTo(invite.Dir, number); err != nil {
		return err
	}
	ginkgo.DeferCleanup(p.finish)
	return nil
}

// finish keeps the process until no spec can need it.
func (p *Process) finish(ctx ginkgo.SpecContext) {
	done := p.house.Wait()
	err := p.session.Finish(ctx)
	done()
	_ = p.session.Close()
	if !broker.IsGone(err) {
		return
	}
	if words := lastWords(p.dir); words != "" {
		innards.FailHandler()(err.Error()+words, 0)
	}
}

// joinOwn connects process 1 to its own broker. The others wait for what Start returns, and so
// not for this.
func (p *Process) joinOwn(ctx context.Context, invite invitation, h Host) error {
	far, near, err := pipe.Pair()
	if err != nil {
		return err
	}
	p.broker.Admit(far, broker.Process{Number: 1, LastWords: func() string { return "" }}) // nobody is left to ask
	if err := p.connect(ctx, near, h, nil); err != nil || invite.Dir == "" {
		return err
	}
	return writeCrashTo(invite.Dir, 1)
}

// joinTimeout bounds how long a process waits for the broker, which listens before
// it is told where: only a process 1 that has died does not answer.
const joinTimeout = 10 * time.Second

func dialBroker(ctx context.Context, invite invitation, number int) (pipe.Carrier, error) {
	dialing, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	carrier, err := pipe.DialFIFO(dialing, invite.Dir, fifoName(number), invite.Secret)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("process 1 does not answer: %w%s", err, lastWords(invite.Dir))
	}
	return carrier, err
}

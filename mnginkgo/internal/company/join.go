package company

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
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
	if p.broker == nil && invite.Dir == "" {
		p.late.hearHere()
		return nil
	}
	carrier, printed, err := p.reach(ctx, invite, number)
	if err != nil {
		return err
	}
	err = p.connect(ctx, carrier, h, printed)
	if p.broker == nil && broker.IsGone(err) {
		return fmt.Errorf("%w%s", err, lastWords(invite.Dir))
	}
	if err == nil && invite.Dir != "" {
		err = writeCrashTo(invite.Dir, number)
	}
	if err == nil && p.broker == nil {
		ginkgo.DeferCleanup(p.finish)
	}
	return err
}

// reach returns the way to the broker, and to where what this process prints is read, if that is not the
// process itself. The others wait for what Start returns, and so not for process 1.
func (p *Process) reach(ctx context.Context, invite invitation, number int) (carrier pipe.Carrier, printed *os.File, err error) {
	if p.broker != nil {
		far, near, err := pipe.Pair()
		if err == nil {
			p.broker.Admit(far, broker.Process{Number: 1, LastWords: func() string { return "" }}) // nobody is left to ask
		}
		return near, nil, err
	}
	carrier, err = dialBroker(ctx, invite, number)
	if err == nil {
		printed, err = process.DialPrinted(printedBy(invite.Dir, number))
	}
	return carrier, printed, err
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

// writeCrashTo has the runtime write what it says of a crash, a panic that nothing
// recovers for instance, to a file where process 1 finds it. Ginkgo catches what its
// processes write to their standard error, and loses it when they die.
func writeCrashTo(dir string, process int) error {
	file, err := os.Create(crashFile(dir, process))
	if err != nil {
		return err
	}
	err = debug.SetCrashOutput(file, debug.CrashOptions{})
	return errors.Join(err, file.Close()) // the runtime has its own copy
}

// crashOf returns what the runtime of a process said of its crash, or "".
func crashOf(dir string, process int) string {
	text, err := os.ReadFile(crashFile(dir, process))
	if err != nil {
		return "" // it died before it could join, or the run is over
	}
	return string(text)
}

// lastWords returns what process 1 wrote of its own crash, and takes away the folder
// that it could not take away itself. It returns "" if process 1 did not crash.
func lastWords(dir string) string {
	text := crashOf(dir, 1)
	_ = os.RemoveAll(dir)
	if text == "" {
		return ""
	}
	return process.LastWords(text)
}

func crashFile(dir string, process int) string {
	return filepath.Join(dir, fmt.Sprintf("crash-%d", process))
}

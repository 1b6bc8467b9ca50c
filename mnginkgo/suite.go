package mnginkgo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// session is this process's connection to the broker: nil without BeforeSuite line.
var session *broker.Session

// ownBroker is the broker of process 1, and nil elsewhere.
var ownBroker *broker.Broker

// brokerDir is the folder of process 1; "" in a run on one Ginkgo process.
var brokerDir string

// invitation is what process 1 hands to the others in SynchronizedBeforeSuite.
type invitation struct {
	Dir    string // with the FIFOs; "" if no spec of the tree is parallel
	Secret string
}

// StartBroker is the first function of SynchronizedBeforeSuite: it starts, in
// process 1, the broker that Parallel() specs need, and returns what JoinBroker needs.
// A suite with a SynchronizedBeforeSuite of its own calls both inside it and passes
// the bytes on.
//
//	var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)
//
// What every role needs belongs into Boot or BeforeEachNode, not into BeforeSuite: a
// role may run in a child process, where BeforeSuite is not run.
func StartBroker(ginkgo.SpecContext) []byte {
	invite, err := startBroker()
	if err != nil {
		failHere("StartBroker: "+err.Error(), 0) // the caller is a line of Ginkgo's
	}
	data, err := json.Marshal(invite)
	if err != nil {
		failHere("StartBroker: "+err.Error(), 0)
	}
	return data
}

// JoinBroker is the second function of SynchronizedBeforeSuite: it connects each
// process to the broker, and keeps it, when its specs have run out, until no other
// spec can need it.
func JoinBroker(ctx ginkgo.SpecContext, data []byte) {
	if err := joinBroker(ctx, data); err != nil {
		failHere("JoinBroker: "+err.Error(), 0)
	}
}

func startBroker() (invite invitation, err error) {
	if !tree.processes {
		return invite, nil
	}
	if err := pipe.Supported(); err != nil {
		return invite, err
	}
	child, err := childCommand()
	if err != nil {
		return invite, err
	}
	suite, _ := ginkgo.GinkgoConfiguration()
	b := broker.New(broker.Config{
		Tree: fingerprint(), ChildTree: childFingerprint(), Specs: tree.parallel, Wait: config.HostsWait, MaxChildren: config.MaxChildren,
		Switch: switchOptions(), Matches: predicate, Child: child, Race: rolecode.Race,
	})
	ginkgo.DeferCleanup(scratch.Own.Remove)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		if aside := b.Aside(); len(aside) > 0 {
			ginkgo.AddReportEntry("multinode", strings.Join(aside, "\n"))
		}
		return b.Close(ctx)
	})
	ownBroker = b
	b.Warm(childrenToStart(suite))
	if suite.ParallelTotal == 1 {
		return invite, nil
	}
	return inviteOthers(b, suite.ParallelTotal)
}

// childrenToStart returns how many children the specs are likely to need: none if some may be
// left out.
func childrenToStart(suite types.SuiteConfig) int {
	if suite.LabelFilter != "" || suite.SemVerFilter != "" || len(suite.FocusStrings)+len(suite.SkipStrings)+len(suite.FocusFiles)+len(suite.SkipFiles) > 0 {
		return 0
	}
	roles := 0
	for _, p := range tree.plans {
		if p.parallel && !p.isolated {
			roles = max(roles, len(p.roles))
		}
	}
	others := max(0, suite.ParallelTotal-2) // neither process 1 nor that of the spec hosts
	return max(0, roles-others)
}

// joinOwn connects process 1 to its own broker. The others wait for what StartBroker
// returns, and so not for this.
func joinOwn(ctx context.Context, invite invitation) error {
	far, near, err := pipe.Pair()
	if err != nil {
		return err
	}
	ownBroker.Admit(far, broker.Process{Number: 1, LastWords: func() string { return "" }}) // nobody is left to ask
	if session, err = connect(ctx, near, nil); err != nil || invite.Dir == "" {
		return err
	}
	return writeCrashTo(invite.Dir, 1)
}

// inviteOthers makes a FIFO for each other process and admits who comes with the
// secret.
func inviteOthers(b *broker.Broker, processes int) (invite invitation, err error) {
	dir, err := scratch.Own.Make()
	if err != nil {
		return invite, err
	}
	var secret [16]byte
	_, _ = rand.Read(secret[:]) // never fails
	invite = invitation{Dir: dir, Secret: hex.EncodeToString(secret[:])}
	accepting, stop := context.WithCancel(context.Background())
	ginkgo.DeferCleanup(func() { stop() })
	for number := 2; number <= processes; number++ {
		listener, err := pipe.ListenFIFO(dir, fifoName(number), invite.Secret)
		if err != nil {
			return invite, err
		}
		printed, err := process.ListenPrinted(printedBy(dir, number))
		if err != nil {
			return invite, err
		}
		ginkgo.DeferCleanup(printed.Close)
		go func() {
			if carrier, err := listener.Accept(accepting); err == nil {
				b.Admit(carrier, broker.Process{Number: number, Printed: printed, LastWords: func() string { return crashOf(dir, number) }})
			}
		}()
	}
	return invite, nil
}

func fifoName(process int) string { return fmt.Sprintf("process-%d", process) }

func printedBy(dir string, process int) string {
	return filepath.Join(dir, fmt.Sprintf("printed-%d", process))
}

func joinBroker(ctx context.Context, data []byte) error {
	var invite invitation
	if err := json.Unmarshal(data, &invite); err != nil {
		return errors.New("the data is not what StartBroker returned: pass it on from the first function of SynchronizedBeforeSuite")
	}
	number := ginkgo.GinkgoParallelProcess()
	brokerDir = invite.Dir
	if suite := meetSuite(ctx); suite != nil {
		rolecode.HearSteps(suite)
	}
	switch {
	case ownBroker != nil:
		return joinOwn(ctx, invite)
	case invite.Dir == "":
		strays.hearHere()
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
	if session, err = connect(ctx, carrier, printed); broker.IsGone(err) {
		return fmt.Errorf("%w%s", err, lastWords(invite.Dir))
	} else if err != nil {
		return err
	}
	if err := writeCrashTo(invite.Dir, number); err != nil {
		return err
	}
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		done := thisHouse.Wait()
		err := session.Finish(ctx)
		done()
		_ = session.Close()
		if !broker.IsGone(err) {
			return
		}
		if words := lastWords(invite.Dir); words != "" {
			failHere(err.Error()+words, 0)
		}
	})
	return nil
}

// joinTimeout bounds how long a process waits for the broker, which listens before
// it is told where: only a process 1 that has died does not answer.
const joinTimeout = 10 * time.Second

func dialBroker(ctx context.Context, invite invitation, process int) (pipe.Carrier, error) {
	dialing, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	carrier, err := pipe.DialFIFO(dialing, invite.Dir, fifoName(process), invite.Secret)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("process 1 does not answer: %w%s", err, lastWords(invite.Dir))
	}
	return carrier, err
}

// thisHouse is this process as a host.
var thisHouse *rolecode.House

// connect makes this process a host. What is printed while it hosts a role goes to printed,
// if that is not nil.
func connect(ctx context.Context, carrier pipe.Carrier, printed *os.File) (*broker.Session, error) {
	rolecode.TakeOverFailures()
	suite := meetSuite(ctx)
	house := rolecode.NewHouse(suite, printed)
	s, err := broker.Connect(ctx, carrier, fingerprint(), func(bs stage.Backstage, network transport.Network) broker.Seat {
		return seat.New(bs, network, house, script())
	})
	if err != nil {
		return nil, err
	}
	rolecode.OnLate(s.Late)
	go func() {
		<-s.Done()
		house.End() // nobody reads what is printed for a role any more
	}()
	thisHouse = house
	return s, nil
}

// useHosts gives the cluster the processes that were acquired before the spec's
// clock started.
func (c *Cluster) useHosts(ctx ginkgo.SpecContext) error {
	switch {
	case session == nil:
		return errNoBroker
	case !c.plan.leased: // an It that carries MultiNode, or another attempt
		if err := c.plan.acquire(ctx, ctx.SpecReport()); err != nil {
			return fmt.Errorf("processes for this spec: %w", err)
		}
	}
	c.direct(session)
	session.OnLost(c.cast.Lose)
	session.OnFailed(c.cast.Trouble)
	session.OnEnded(c.cast.Ended)
	c.close = func(ctx context.Context) error {
		err := c.plan.release(ctx)
		session.OnLost(nil)
		session.OnFailed(rolecode.Late)
		session.OnEnded(nil)
		return err
	}
	return nil
}

var errNoBroker = errors.New(`a spec with Parallel() needs the broker, and this suite starts none. Add this line to it:

    var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

or call StartBroker and JoinBroker inside the SynchronizedBeforeSuite it has`)

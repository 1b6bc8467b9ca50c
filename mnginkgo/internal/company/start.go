package company

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// invitation is what process 1 hands to the others in SynchronizedBeforeSuite.
type invitation struct {
	Dir    string // with the FIFOs; "" if no spec of the tree is parallel
	Secret string
}

// Needs is what the specs of the tree need.
type Needs struct {
	broker.Config        // but for Child and Race
	Roles         int    // the most roles of a spec whose processes serve other specs, too
	Part          string // of the tree, that children build
}

// Start starts the broker in process 1, which calls it, and returns what Join needs. Without
// needs there is no broker. It registers clean-ups with Ginkgo.
func (p *Process) Start(needs *Needs) ([]byte, error) {
	if needs == nil {
		return json.Marshal(invitation{})
	}
	if err := pipe.Supported(); err != nil {
		return nil, err
	}
	config := needs.Config
	var err error
	if config.Child, err = childCommand(needs.Part); err != nil {
		return nil, err
	}
	config.Race = rolecode.Race
	b := broker.New(config)
	ginkgo.DeferCleanup(scratch.Own.Remove)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) error {
		if aside := b.Aside(); len(aside) > 0 {
			ginkgo.AddReportEntry("multinode", strings.Join(aside, "\n"))
		}
		return b.Close(ctx)
	})
	p.broker = b
	suite, _ := ginkgo.GinkgoConfiguration()
	b.Warm(childrenToStart(suite, needs.Roles))
	invite := invitation{}
	if suite.ParallelTotal > 1 {
		if invite, err = inviteOthers(b, suite.ParallelTotal); err != nil {
			return nil, err
		}
	}
	return json.Marshal(invite)
}

// childrenToStart returns how many children the specs are likely to need: none if some may be
// left out.
func childrenToStart(suite types.SuiteConfig, roles int) int {
	if suite.LabelFilter != "" || suite.SemVerFilter != "" || len(suite.FocusStrings)+len(suite.SkipStrings)+len(suite.FocusFiles)+len(suite.SkipFiles) > 0 {
		return 0
	}
	others := max(0, suite.ParallelTotal-2) // neither process 1 nor that of the spec hosts
	return max(0, roles-others)
}

// inviteOthers makes a FIFO for each other process and admits who comes with the
// secret.
func inviteOthers(b *broker.Broker, processes int) (invite invitation, err error) {
	dir, err := scratch.Own.Make()
	if err != nil {
		return invite, err
	}
	invite = invitation{Dir: dir, Secret: rand.Text()}
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

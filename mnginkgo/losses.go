package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// lossError says that the process of a role is gone, and how.
type lossError struct {
	how    string // a line
	output string // what the process last wrote; "" if that is not known
	told   bool   // a spec has failed of it
}

// Error returns one line. The output is for people only, and may be long.
func (e *lossError) Error() string { return e.how }

// GomegaString returns what Gomega prints below the error's text.
func (e *lossError) GomegaString() string {
	if e.output == "" {
		return "(without a last word)"
	}
	return e.output
}

func (e *lossError) full() string { return strings.TrimSuffix(e.how+"\n"+e.output, "\n") }

// isIn reports whether a message has all of the error already.
func (e *lossError) isIn(message string) bool {
	return strings.Contains(message, e.how) && strings.Contains(message, lastLine(e.output))
}

func lastLine(text string) string {
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// lose notes that the process of a role is gone, which nobody planned. The spec fails
// at its next look at the cluster, so at a line of its own, or when it is over.
func (c *Cluster) lose(role, why string) {
	how, output, _ := strings.Cut(why, "\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roles[role].lost = &lossError{how: fmt.Sprintf("role %s lost its process: %s", role, how), output: output}
	c.roles[role].state = lostNow
}

// lossOf returns why a role's process is gone, or nil.
func (c *Cluster) lossOf(role string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if lost := c.roles[role].lost; lost != nil {
		return lost
	}
	return nil
}

// losses returns why each process that is gone is gone.
func (c *Cluster) losses() (all []*lossError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, role := range c.plan.roles {
		if lost := c.roles[role].lost; lost != nil {
			all = append(all, lost)
		}
	}
	return all
}

// anyLoss returns an error that ends an Eventually at once if a process is gone: no
// waiting brings it back.
func (c *Cluster) anyLoss() error {
	if all := c.losses(); len(all) > 0 {
		return gomega.StopTrying(lossText(all))
	}
	return nil
}

// noteTrouble notes what has failed on a role while the spec looked elsewhere.
func (c *Cluster) noteTrouble(f stage.Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles = append(c.troubles, f)
}

// trouble returns what went wrong and the spec has not failed of: the loss of a process, or
// what has failed on a role outside of what the spec has called. It returns nil if it was
// told before.
func (c *Cluster) trouble(ctx ginkgo.SpecContext, ending bool) error {
	c.mu.Lock()
	found := c.troubles
	c.troubles = nil
	if !ending {
		// A report of the race detector may not be whole yet, and more may come.
		c.troubles = slices.DeleteFunc(slices.Clone(found), func(f stage.Failure) bool { return f.Kind != stage.Race })
		found = slices.DeleteFunc(found, func(f stage.Failure) bool { return f.Kind == stage.Race })
	}
	c.mu.Unlock()
	failed := ctx.SpecReport().Failed()
	found = slices.DeleteFunc(found, func(f stage.Failure) bool { return f.Early && f.Stack == "" && failed })
	err := failures(found)
	if lost := c.tellLosses(failureOf(ctx)); len(lost) > 0 && !isCutOff(ctx) { // processes end with the run, too
		err = errors.Join(errors.New(lossText(lost)), err)
	}
	return err
}

// tellLosses returns the losses that no spec has failed of yet, with that message: where several
// specs have the same nodes, the one that runs then does.
func (c *Cluster) tellLosses(message string) (untold []*lossError) {
	for _, lost := range c.losses() {
		c.mu.Lock()
		if !lost.told && !lost.isIn(message) {
			untold = append(untold, lost)
		}
		lost.told = true
		c.mu.Unlock()
	}
	return untold
}

// failOfTrouble fails the spec if something went wrong on a role and it has not failed of it.
func (c *Cluster) failOfTrouble(ctx ginkgo.SpecContext) {
	if err := c.trouble(ctx, false); err != nil {
		failEnding(ctx, err)
	}
}

// failEnding fails a spec that ends, a skipped one as well unless the error is nothing but a Skip.
func failEnding(ctx ginkgo.SpecContext, err error) {
	if suite := runningSuite.Load(); suite != nil && stateOf(err) != types.SpecStateSkipped {
		suite.Unskip()
	}
	failWith(err, ctx.SpecReport().LeafNodeLocation)
}

func lossText(all []*lossError) string {
	texts := make([]string, len(all))
	for i, lost := range all {
		texts[i] = lost.full()
	}
	return strings.Join(texts, "\n")
}

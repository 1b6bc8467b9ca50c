package mnginkgo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// lossError says that the process of a role is gone, and how.
type lossError struct {
	how    string // a line
	output string // what the process last wrote; "" if that is not known
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
	c.roles[role].lost = &lossError{fmt.Sprintf("role %s lost its process: %s", role, how), output}
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

// reportLoss returns an error if a process is gone and the spec did not fail of it.
func (c *Cluster) reportLoss(ctx ginkgo.SpecContext) error {
	all := c.losses()
	if len(all) == 0 || ctx.SpecReport().Failed() {
		return nil
	}
	return errors.New(lossText(all))
}

func lossText(all []*lossError) string {
	texts := make([]string, len(all))
	for i, lost := range all {
		texts[i] = lost.full()
	}
	return strings.Join(texts, "\n")
}

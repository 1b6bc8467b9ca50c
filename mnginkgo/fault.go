package mnginkgo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Fault is a fault that a verb has put on links.
type Fault struct {
	links    *Links
	verb     string // as in messages: "lose(a, b: loss 5%)"
	fault    stage.Fault
	where    types.CodeLocation
	mustBite bool
	undone   bool
}

func (f *Fault) owner() *Cluster {
	if f == nil {
		return nil
	}
	return f.links.cluster
}

// fault describes a fault that has not begun, under the verb as in messages.
func (l *Links) fault(verb string, f stage.Fault) *Fault {
	ginkgo.GinkgoHelper()
	f.Links, f.Rule.Seed = l.links(), l.cluster.seedOf(verb)
	return &Fault{links: l, verb: verb, fault: f, where: types.NewCodeLocation(0)}
}

// ruled describes a fault that is a rule for frames.
func (l *Links) ruled(verb string, rule fault.Fault) *Fault {
	ginkgo.GinkgoHelper()
	return l.fault(fmt.Sprintf("%s(%s: %v)", verb, l.text, rule), stage.Fault{Rule: rule})
}

// begun puts the fault in force, or fails the spec.
func (f *Fault) begun() *Fault {
	ginkgo.GinkgoHelper()
	f.links.cluster.must(f.begin())
	return f
}

func (f *Fault) begin() error {
	c := f.links.cluster
	err := f.links.err
	if err == nil && !f.fault.Cut {
		err = f.fault.Rule.Check()
	}
	if err == nil && f.fault.Rule.Kind == fault.Hold {
		err = c.checkHeld(f)
	}
	if err == nil {
		ctx := c.context()
		c.note(ctx, f.verb)
		c.keep(f)
		err = stage.Inflict.Tell(ctx, c.stage, f.fault)
	}
	return stage.Wrap(err, "%s", f.verb)
}

// checkHeld returns an error if a link is held already: whose frame is held could not be
// told.
func (c *Cluster) checkHeld(f *Fault) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.faults {
		for _, l := range other.fault.Links {
			if other.fault.Rule.Kind == fault.Hold && !other.undone && slices.Contains(f.fault.Links, l) {
				return fmt.Errorf("%s holds a link of these already: undo it first", other.verb)
			}
		}
	}
	return nil
}

// keep gives the fault its name and its place among those of the spec.
func (c *Cluster) keep(f *Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.fault.Name = fmt.Sprintf("fault %d", len(c.faults)+1)
	f.mustBite = c.plan.mustBite
	c.faults = append(c.faults, f)
}

// seedOf returns the seed of the next fault of a verb: it does not depend on what a Nemesis
// does meanwhile.
func (c *Cluster) seedOf(verb string) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := 0
	for _, f := range c.faults {
		if f.verb == verb {
			before++
		}
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %d %s", c.seed, before, verb) // a hash takes everything
	return h.Sum64()
}

// Undo ends the fault. What it has dropped stays lost; what waits for a delay arrives when
// that is over, and what waits for its turn on a limited link at once. Other faults of the links stay. Undoing twice does nothing.
func (f *Fault) Undo() {
	ginkgo.GinkgoHelper()
	f.owner().use("Undo")
	f.owner().must(f.undo())
}

func (f *Fault) undo() error {
	c := f.links.cluster
	c.mu.Lock()
	undone := f.undone
	f.undone = true
	c.mu.Unlock()
	if undone {
		return nil
	}
	ctx := c.context()
	c.note(ctx, "undo "+f.verb)
	return stage.Wrap(stage.Lift.Tell(ctx, c.stage, f.fault), "undo %s", f.verb)
}

// MustBite has the spec fail when it ends if the fault had no effect on any frame while it
// lasted, as a test that would pass without its fault shows nothing. The option MustBite
// asks that of all faults of a spec. Without it the spec's entry names such faults.
func (f *Fault) MustBite() *Fault {
	ginkgo.GinkgoHelper()
	f.owner().use("MustBite")
	f.mustBite = true
	return f
}

// Bites returns on how many frames the fault has had an effect so far.
func (f *Fault) Bites() uint64 {
	ginkgo.GinkgoHelper()
	f.owner().use("Bites")
	bites, err := f.links.cluster.bites([]*Fault{f})
	f.links.cluster.must(stage.Wrap(err, "bites of %s", f.verb))
	return bites[0]
}

func (c *Cluster) bites(faults []*Fault) ([]uint64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), viewTimeout) // a failing spec is looked at, too
	defer cancel()
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = f.fault.Name
	}
	return stage.Bites.Ask(ctx, c.stage, names)
}

// toothless returns the faults that had no effect.
func (c *Cluster) toothless() (all []*Fault) {
	c.mu.Lock()
	faults := c.faults
	c.mu.Unlock()
	bites, err := c.bites(faults)
	if err != nil {
		return nil // whoever needs to know why asks for more
	}
	for i, f := range faults {
		if bites[i] == 0 {
			all = append(all, f)
		}
	}
	return all
}

// checkBites fails the spec if faults that had to have an effect had none.
func (c *Cluster) checkBites(ctx ginkgo.SpecContext) {
	if ctx.SpecReport().Failed() || c.cast.Lost() != nil {
		return // it may not have come to the point
	}
	var lines []string
	for _, f := range c.toothless() {
		if f.mustBite {
			lines = append(lines, fmt.Sprintf("%s had no effect: no frame met it while it lasted (at %s)", f.verb, f.where))
		}
	}
	if len(lines) > 0 {
		ginkgo.Fail(strings.Join(lines, "\n"))
	}
}

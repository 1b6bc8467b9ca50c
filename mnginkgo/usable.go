package mnginkgo

import (
	"errors"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
)

// onlyForSpecs is what code on a role is told that has got hold of a *Cluster.
const onlyForSpecs = "a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it"

// misplaced returns an error for code that runs on a role.
func misplaced() error {
	if role, on := rolecode.OnRole(); on {
		return fmt.Errorf("this code runs on role %s; %s", role, onlyForSpecs)
	}
	return nil
}

// owned returns an error for code that must not look at the cluster: it runs on a role, or was
// given none, as what a BeforeEach saves is not there in the other processes.
func (c *Cluster) owned() error {
	if err := misplaced(); err != nil || c != nil {
		return err
	}
	return errors.New("it is nil here; " + onlyForSpecs)
}

// usable returns an error for code that must not use the cluster: as for owned, or because the
// nodes are there no more.
func (c *Cluster) usable() error {
	if err := c.owned(); err != nil {
		return err
	}
	if spec := c.over.Load(); spec != nil {
		return fmt.Errorf("the cluster's spec is over (%q): take the *Cluster as the body's parameter", *spec)
	}
	return nil
}

func (c *Cluster) owner() *Cluster { return c }

// own fails the code that asks for what does not change, unless the cluster is the spec's.
func (c *Cluster) own(method string) {
	ginkgo.GinkgoHelper()
	if err := c.owned(); err != nil {
		failHere(method+": "+err.Error(), 1)
	}
}

// use fails the code that calls a verb, unless it can use the cluster.
func (c *Cluster) use(method string) {
	ginkgo.GinkgoHelper()
	if err := c.usable(); err != nil {
		failHere(method+": "+err.Error(), 1)
	}
}

// usableBy is usable for methods and matchers that return errors. They end when the run is out of time,
// also where nobody has given them a context.
func (c *Cluster) usableBy(method string) error {
	if err := c.usable(); err != nil {
		return misuse(method + ": " + err.Error())
	}
	if suite := runningSuite.Load(); suite != nil && suite.OutOfTime() {
		return misuse(method + ": the run is out of time")
	}
	return nil
}

// misuse is the use of a cluster by code that must not use it, or no longer.
type misuse string

// Error returns one line.
func (m misuse) Error() string { return string(m) }

// GomegaString returns what Gomega prints below the error's text.
func (m misuse) GomegaString() string { return "" }

// Unwrap ends an Eventually: no waiting mends it.
func (m misuse) Unwrap() error { return gomega.StopTrying(string(m)) }

package mnginkgo

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

// lose notes that the process of a role is gone, and fails the spec: nobody planned
// that. It is called from outside the spec's goroutine, which goes on until its next
// look at the cluster.
func (c *Cluster) lose(role, why string) {
	err := fmt.Errorf("role %s lost its process: %s", role, why)
	c.mu.Lock()
	c.roles[role].lost = err
	c.roles[role].state = lostNow
	c.mu.Unlock()
	defer func() { _ = recover() }() // Fail leaves its goroutine with a panic
	ginkgo.Fail(err.Error())
}

// lossOf returns why a role's process is gone, or nil.
func (c *Cluster) lossOf(role string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.roles[role].lost
}

// anyLoss returns an error that ends an Eventually at once if a process is gone: no
// waiting brings it back.
func (c *Cluster) anyLoss() error {
	for _, role := range c.plan.roles {
		if err := c.lossOf(role); err != nil {
			return gomega.StopTrying(err.Error())
		}
	}
	return nil
}

// Package thousand_test has a tree of a thousand specs, which each child process builds
// before it is ready.
package thousand_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestThousand(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Thousand")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

const (
	containers = 100
	specs      = 10 // of each
)

var _ = func() bool {
	for i := range containers {
		Describe(fmt.Sprintf("container %d", i), MultiNode(Roles("a", "b", "c"), Parallel()), func() {
			for j := range specs {
				It(fmt.Sprintf("does nothing, %d", j), func(*Cluster) {})
			}
		})
	}
	return true
}()

// Package harness_test proves what the harness promises of specs: bodies of both
// kinds, commands, barriers, and everything of Ginkgo's that may surround them.
package harness_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestHarness(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Harness")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// Package downing_test proves that of a cluster that was split one side goes on: which
// one, by each policy.
package downing_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestDowning(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Downing")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

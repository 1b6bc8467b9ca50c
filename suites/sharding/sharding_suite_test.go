// Package sharding_test proves that entities are found wherever their shard moves, and
// that none lives twice.
package sharding_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestSharding(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Sharding")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

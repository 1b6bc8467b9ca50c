// Package ddata_test proves what distributed data promises while nodes are cut off,
// crash and come back.
package ddata_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestDistributedData(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Distributed data")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

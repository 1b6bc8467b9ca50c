// Package soak_test proves that entities live once and messages are handled once, while
// nodes crash, leave, join and are cut off at random.
package soak_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestSoak(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Soak")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

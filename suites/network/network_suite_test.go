// Package network_test proves that connections of package net run over the network of a
// spec, and feel what its verbs do.
package network_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestNetwork(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Network")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

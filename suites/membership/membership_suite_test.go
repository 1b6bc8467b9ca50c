// Package membership_test proves what the harness promises of a cluster's life: that
// it forms, survives crashes and cuts, and that its verbs do what they say.
package membership_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestMembership(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Membership")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

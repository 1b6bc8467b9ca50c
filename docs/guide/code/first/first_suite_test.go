package first_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestFirst(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "First")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

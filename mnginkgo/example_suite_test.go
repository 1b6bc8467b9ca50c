package mnginkgo_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// Examples that declare specs print nothing: here the specs are run.
func TestExamples(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Examples")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

var _ = func() bool {
	ExampleMultiNode()
	ExampleNode_Barrier()
	ExampleCommand()
	ExampleHistory()
	ExampleDefaultBoot()
	ExampleBoot()
	return true
}()

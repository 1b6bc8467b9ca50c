// Package readme_test proves that the spec in the README works, in all variants.
package readme_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestReadme(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Readme")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

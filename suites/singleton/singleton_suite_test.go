// Package singleton_test proves that there is one instance of a singleton in a cluster,
// that it moves, and that messages find it.
package singleton_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestSingleton(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Singleton")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

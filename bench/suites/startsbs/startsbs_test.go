// Package startsbs_test has one trivial spec and an empty SynchronizedBeforeSuite, in which all
// processes wait for the first: what any suite with one needs to start.
package startsbs_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
)

func TestStartsbs(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Startsbs")
}

var _ = SynchronizedBeforeSuite(func() []byte { return nil }, func([]byte) {})

var _ = It("says that it ran", Label("trivial"), func() {
	Expect(figures.Tell("ran", 1)).To(Succeed())
})

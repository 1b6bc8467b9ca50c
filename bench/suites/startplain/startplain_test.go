// Package startplain_test has one trivial spec, and nothing else: what any suite needs to start.
package startplain_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
)

func TestStartplain(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Startplain")
}

var _ = It("says that it ran", Label("trivial"), func() {
	Expect(figures.Tell("ran", 1)).To(Succeed())
})

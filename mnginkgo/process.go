package mnginkgo

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
)

// self is this process's part in the run.
var self company.Process

// onlyInTree fails the node of Ginkgo's that runs, if one does: what is declared then is in no
// tree.
func onlyInTree(name, where string) {
	ginkgo.GinkgoHelper()
	if !tree.SpecsRun() {
		return
	}
	message := name + " does nothing while specs run: it belongs " + where
	if _, on := rolecode.OnRole(); on {
		failHere(message, 1)
	}
	ginkgo.Fail(message)
}

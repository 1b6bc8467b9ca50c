//go:build unix

// Package isolated_test proves what roles with processes of their own are for: crashes
// that are kills, pauses, exits, and ends that a spec can assert.
package isolated_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

func TestIsolated(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Isolated")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// alone are the roles of most specs here.
func alone(options ...Option) any {
	return MultiNode(Roles("a", "b", "c"), append(options, Parallel(Isolated()))...)
}

// isolated is the label of the variant.
var isolated = Label(variants.Isolated)

// quick finds out soon that a node is gone, and downs it soon after.
var quick = Options(
	Detector(cluster.Deadline(50*time.Millisecond, 300*time.Millisecond)),
	Downing(cluster.AutoDown(200*time.Millisecond)),
)

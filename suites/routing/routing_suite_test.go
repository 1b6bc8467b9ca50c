// Package routing_test proves what packages receptionist and router promise on several
// nodes: across crashes, cuts and leaving.
package routing_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestRouting(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Routing")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// alert is a detector that finds out soon; nobody is downed.
var alert = Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond))

// quick downs soon, too.
var quick = Options(alert, Downing(cluster.AutoDown(250*time.Millisecond)))

// blind notices nothing within a spec's time, however slow the machine is.
var blind = Detector(cluster.Deadline(time.Second, time.Hour))

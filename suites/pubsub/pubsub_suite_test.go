// Package pubsub_test proves what package pubsub promises on several nodes: across
// crashes, cuts and restarts.
package pubsub_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestPubSub(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "PubSub")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// alert is a detector that finds out soon; nobody is downed.
var alert = Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond))

// quick downs soon, too.
var quick = Options(alert, Downing(cluster.AutoDown(250*time.Millisecond)))

// blind notices nothing within a spec's time, however slow the machine is.
var blind = Detector(cluster.Deadline(time.Second, time.Hour))

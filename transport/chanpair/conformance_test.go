package chanpair_test

import (
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/transporttest"
)

func networks(_ testing.TB, sw *transport.Switch) func() transport.Network {
	network := chanpair.New(sw)
	return func() transport.Network { return network }
}

func TestConformance(t *testing.T) { transporttest.Run(t, networks) }

func TestConformanceOnAVirtualClock(t *testing.T) {
	transporttest.Run(t, networks, transporttest.Within(synctest.Test))
}

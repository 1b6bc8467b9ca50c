package pipe_test

import (
	"fmt"
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/transporttest"
)

func TestConformance(t *testing.T) {
	transporttest.Run(t, func(t testing.TB, sw *transport.Switch) func() transport.Network {
		hosts := 0
		return func() transport.Network {
			hosts++
			return link(t, fmt.Sprintf("host %d", hosts), sw)
		}
	})
}

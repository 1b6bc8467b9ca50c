package external

import (
	"net"
	"strconv"
	"testing"
)

// Ports for programs are not those that a listener or a connection gets by itself, and none
// is given twice.
func TestFreePortIsNobodysElse(t *testing.T) {
	given := map[int]bool{}
	for range 100 {
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		if given[port] || port < firstPort || port >= firstPort+ports {
			t.Errorf("port %d, behind %v", port, given)
		}
		given[port] = true
		taken, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port+1)))
		if err == nil { // the next one has to be skipped
			given[port+1] = true
			t.Cleanup(func() { _ = taken.Close() })
		}
	}
}

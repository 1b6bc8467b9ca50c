package external

import (
	"errors"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
)

// Programs listen at ports below those that systems give to whoever does not care: from
// 32768 on as Linux has it, from 49152 on elsewhere. So no connection and no listener of
// others gets such a port after it was found free here and before its program takes it.
const (
	firstPort = 20_000
	ports     = 32_768 - firstPort
)

// lastTried is where the search goes on. Processes that search at the same time begin at
// different places.
var lastTried atomic.Uint32

func init() { lastTried.Store(uint32(os.Getpid()) * 61) }

// freePort returns a port on which nobody listens.
func freePort() (int, error) {
	for range ports {
		port := firstPort + int(lastTried.Add(1)%ports)
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return 0, err
		}
		return port, l.Close() // the program takes it over
	}
	return 0, errors.New("no port is free on " + loopback)
}

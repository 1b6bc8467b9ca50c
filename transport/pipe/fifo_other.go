//go:build !linux && !darwin

package pipe

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

var errNoFIFO = fmt.Errorf("transport/pipe: parallel nodes need named pipes, which %s does not have", runtime.GOOS)

// Listener waits for a host. On this system there is none.
type Listener struct{}

// ListenFIFO returns an error on this system.
func ListenFIFO(dir, name, secret string) (*Listener, error) { return nil, errNoFIFO }

// Accept returns an error on this system.
func (l *Listener) Accept(context.Context) (Carrier, error) { return Carrier{}, errNoFIFO }

// Close does nothing on this system.
func (l *Listener) Close() error { return nil }

// DialFIFO returns an error on this system.
func DialFIFO(ctx context.Context, dir, name, secret string) (Carrier, error) {
	return Carrier{}, errNoFIFO
}

// ForChild returns an error on this system.
func ForChild(cmd *exec.Cmd) (Carrier, func(), error) { return Carrier{}, func() {}, errNoFIFO }

// Inherited finds nothing on this system.
func Inherited() (Carrier, bool, error) { return Carrier{}, false, nil }

// Supported returns an error on this system: it has no named pipes.
func Supported() error { return errNoFIFO }

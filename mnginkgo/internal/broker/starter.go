package broker

import (
	"os/exec"
	"runtime"
)

// starter starts children from one thread that lives as long as the broker. Linux
// ends what asked to die with its parent when the thread that started it ends.
type starter struct {
	starts chan func()
	over   chan struct{}
}

func (s *starter) init() {
	s.starts, s.over = make(chan func()), make(chan struct{})
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		for {
			select {
			case start := <-s.starts:
				start()
			case <-s.over:
				return
			}
		}
	}()
}

// start starts a command that ends with this process, stopped or not, where the
// system can do that.
func (s *starter) start(cmd *exec.Cmd) error {
	endWithParent(cmd)
	started := make(chan error, 1)
	select {
	case s.starts <- func() { started <- cmd.Start() }:
		return <-started
	case <-s.over:
		return errClosed
	}
}

// close ends the thread. No child may be left.
func (s *starter) close() { close(s.over) }

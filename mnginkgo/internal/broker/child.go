package broker

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/family"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// child is a process of the test binary that the broker started as a host.
type child struct {
	cmd    *exec.Cmd
	family *family.Family
	output *output
	exited chan struct{} // closed when cmd.Wait has returned
}

// startChild starts a child and admits it. If it fails, the request that waits for it
// is told.
func (b *Broker) startChild() {
	h := &host{b: b, name: "child process"}
	carrier, err := b.spawn(h, (*exec.Cmd).Start)
	if err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.starting--
		b.childErr = fmt.Errorf("start a child process: %w", err)
		b.change()
		return
	}
	b.admit(h, carrier)
	b.mu.Lock()
	closed := b.closed
	b.mu.Unlock()
	if closed { // whoever closed the others may have come before this one was there
		_ = h.line.Close()
		_ = h.child.end(context.Background())
	}
}

// Warm starts children for a spec of that many roles, before one asks: they take a while to
// build a large tree.
func (b *Broker) Warm(roles int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range min(roles, b.room(0)) {
		b.starting++
		b.running.Go(b.startChild)
	}
}

// spawn makes a child, the host's, and starts it in the way it is given.
func (b *Broker) spawn(h *host, start func(*exec.Cmd) error) (pipe.Carrier, error) {
	cmd, err := b.config.Child()
	if err != nil {
		return pipe.Carrier{}, err
	}
	h.listen()
	c := &child{cmd: cmd, family: family.Mark(cmd), output: h.output, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = c.output, c.output
	cmd.WaitDelay = time.Second // a descendant that is not found may hold the output open
	carrier, afterStart, err := pipe.ForChild(cmd)
	if err != nil {
		return carrier, err
	}
	err = start(cmd)
	afterStart()
	if err != nil {
		return carrier, err
	}
	h.child, h.pid = c, cmd.Process.Pid
	go func() {
		_ = c.family.Wait() // the state says how it ended
		c.output.end()
		close(c.exited)
	}()
	return carrier, nil
}

// end waits for the child to exit, which it does when its connection has ended, and
// kills it if it takes too long.
func (c *child) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = c.resume() // a stopped one does not see that
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
	}
	_ = c.kill()
	<-c.exited
	return fmt.Errorf("child process %d did not exit by itself and was killed", c.cmd.Process.Pid)
}

// kill and resume do that to the child and what it has started.
func (c *child) kill() error   { return c.unlessReaped(c.family.Kill) }
func (c *child) resume() error { return c.unlessReaped(c.family.Resume) }

// unlessReaped calls do, unless the child's process id may be another one's by now.
func (c *child) unlessReaped(do func() error) error {
	select {
	case <-c.exited:
		return nil
	default:
		return do()
	}
}

// ended reports whether the child has exited, whether anybody has noticed yet or not.
func (c *child) ended() bool {
	select {
	case <-c.exited:
		return true
	default:
		return isZombie(c.cmd.Process.Pid)
	}
}

// epitaph says how the child ended and what it last wrote. A child that closes its
// connection on purpose may need some time to exit.
func (c *child) epitaph(patience time.Duration) string {
	select {
	case <-c.exited:
	case <-time.After(patience):
		return "closed its connection but lives on"
	}
	return "died: " + c.cmd.ProcessState.String() + lastOutput(c.output.String())
}

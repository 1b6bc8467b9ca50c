package broker

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/transport/pipe"
)

// child is a process of the test binary that the broker started as a host.
type child struct {
	cmd    *exec.Cmd
	output tail
	exited chan struct{} // closed when cmd.Wait has returned
}

// outputKept is how much of a child's output is kept, in bytes: enough for a panic
// with its first stacks.
const outputKept = 16 << 10

// startChild starts a child and admits it. If it fails, the request that waits for it
// is told.
func (b *Broker) startChild() {
	c, carrier, err := b.spawn((*exec.Cmd).Start)
	if err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.starting--
		b.childErr = fmt.Errorf("start a child process: %w", err)
		b.change()
		return
	}
	b.admit(&host{b: b, name: "child process", child: c, pid: c.cmd.Process.Pid}, carrier)
}

// spawn makes a child and starts it in the way it is given.
func (b *Broker) spawn(start func(*exec.Cmd) error) (*child, pipe.Carrier, error) {
	cmd, err := b.config.Child()
	if err != nil {
		return nil, pipe.Carrier{}, err
	}
	c := &child{cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &c.output, &c.output
	cmd.WaitDelay = time.Second // a grandchild may hold the output open
	carrier, afterStart, err := pipe.ForChild(cmd)
	if err != nil {
		return nil, carrier, err
	}
	err = start(cmd)
	afterStart()
	if err != nil {
		return nil, carrier, err
	}
	go func() {
		_ = cmd.Wait() // the state says how it ended
		close(c.exited)
	}()
	return c, carrier, nil
}

// end waits for the child to exit, which it does when its connection has ended, and
// kills it if it takes too long.
func (c *child) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = resumeProcess(c.cmd.Process) // a stopped one does not see that
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
	}
	_ = killGroup(c.cmd.Process)
	<-c.exited
	return fmt.Errorf("child process %d did not exit by itself and was killed", c.cmd.Process.Pid)
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

// lastOutput puts what a process last wrote on lines of its own.
func lastOutput(output string) string {
	output = strings.TrimSpace(output)
	if output == "" {
		return ", without a last word"
	}
	return "\nits last output:\n  " + strings.ReplaceAll(output, "\n", "\n  ")
}

// tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - outputKept; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}

package process

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is a process that this one has started.
type Process struct {
	cmd    *exec.Cmd
	family family
	ended  chan struct{} // closed when it has been waited for
}

// waitDelay is the WaitDelay of a command that has none: how long one of the family that is not
// found may hold the output of a process open that has ended.
const waitDelay = time.Second

// Start starts a command, and has what it prints go to output, which it ends with the process. It
// kills what the process leaves behind at its end.
func Start(cmd *exec.Cmd, output *Output) (*Process, error) {
	p := &Process{cmd: cmd, family: markFamily(cmd), ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.WaitDelay = cmp.Or(cmd.WaitDelay, waitDelay)
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // one that is attached ends with the thread, which waits anyway
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err != nil {
			started <- err
			return
		}
		p.family.id = cmd.Process.Pid
		started <- nil
		p.wait()
		output.End()
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// wait waits for the end of the process, kills what it has left behind, and only then for its
// output: nobody is left who holds that open, but for one that is not found.
func (p *Process) wait() {
	if awaitEnd(p.ID()) == nil { // its id is not another one's before it is waited for
		_ = p.family.kill() // who is there without a right to be killed lives on
	}
	_ = p.cmd.Wait() // the state says how it ended
}

// ID returns the process id.
func (p *Process) ID() int { return p.family.id }

// Done is closed when the process has ended and all that it has printed is in its Output.
func (p *Process) Done() <-chan struct{} { return p.ended }

// Ended reports whether the process has ended, whether anybody has noticed yet or not.
func (p *Process) Ended() bool { return p.over() || isZombie(p.ID()) }

func (p *Process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// Manner is how a process has ended.
type Manner struct {
	Text   string // as os.ProcessState has it
	Code   int    // -1 if a signal ended it
	Signal syscall.Signal
}

// Manner says how the process has ended, once it has.
func (p *Process) Manner() (m Manner, ended bool) {
	if !p.over() {
		return m, false
	}
	state := p.cmd.ProcessState
	m = Manner{Text: state.String(), Code: state.ExitCode()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		m.Signal = status.Signal()
	}
	return m, true
}

// Pause stops the process and its family with SIGSTOP, and returns when none of them runs any
// more, or with an error that names those that do when ctx ends.
func (p *Process) Pause(ctx context.Context) error {
	return p.unlessEnded(func() error { return p.family.pause(ctx) })
}

// Resume lets the process and its family go on, with SIGCONT.
func (p *Process) Resume() error { return p.unlessEnded(p.family.resume) }

// Kill ends the process and its family with SIGKILL. It returns when they have ended, and after
// a second at the latest; Done says that the process has.
func (p *Process) Kill() error { return p.unlessEnded(p.family.kill) }

// unlessEnded calls do, unless the process id may be another one's by now.
func (p *Process) unlessEnded(do func() error) error {
	if p.over() {
		return nil
	}
	return do()
}

// Await waits until the process has ended. If ctx ends first, it kills the process and its family,
// and reports that.
func (p *Process) Await(ctx context.Context) (killed bool) {
	select {
	case <-p.ended:
		return false
	case <-ctx.Done():
	}
	_ = p.Kill() // it may have ended
	<-p.ended
	return true
}

// Terminate sends the process SIGTERM, and waits as Await does. What it had started by then does
// not outlive it.
func (p *Process) Terminate(ctx context.Context) (killed bool, err error) {
	kill := p.family.started()                // some may not be found once it has ended
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	if p.Await(ctx) {
		return true, nil
	}
	return false, kill()
}

// family is a process and all that it has started.
type family struct {
	id   int    // of the process
	mark string // "NAME=value", with which the variable of each member begins; or ""
}

// markName is the environment variable that descendants inherit. The mark of a family within
// another one begins with that one's.
const markName = "MULTINODE_FAMILY"

// markFamily marks a command that has its environment and is to be started.
func markFamily(cmd *exec.Cmd) family {
	f := family{mark: markName + "=" + os.Getenv(markName) + "/" + rand.Text()}
	cmd.Env = append(cmd.Environ(), f.mark)
	return f
}

// marked reports whether an environment, as the system has it, has a mark.
func marked(environ []byte, mark string) bool {
	return bytes.HasPrefix(environ, []byte(mark)) || bytes.Contains(environ, []byte("\x00"+mark))
}

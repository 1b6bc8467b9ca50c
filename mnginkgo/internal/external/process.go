package external

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"text/template"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/family"
)

// Network is how the programs of different roles reach each other.
type Network interface {
	Listen(network, address string) (net.Listener, error)
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Config says what to run.
type Config struct {
	Path    string
	Args    []string // templates, see mnginkgo.Program
	Env     []string // templates, added to the environment of this process
	Ready   string   // a regular expression, or ""
	Role    string
	Roles   []string // all roles of the spec
	Dir     string   // where the program runs, and may keep files
	Network Network
	Log     *slog.Logger // gets its output
}

// Process is a program that runs.
type Process struct {
	config Config
	cmd    *exec.Cmd
	family *family.Family
	relays *relays
	output *output
	exited chan struct{} // closed when the program has ended
	ended  error         // then: how

	mu      sync.Mutex
	planned bool // it was told to end
}

// Start runs the program and returns once it can be reached: when a line of its output
// matches Ready, or, without it, when all its ports accept connections. The error has the
// last output of a program that has ended before.
func Start(ctx context.Context, c Config) (*Process, error) {
	p := &Process{config: c, relays: newRelays(c.Network), exited: make(chan struct{})}
	err := p.prepare()
	if err == nil {
		err = p.run()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("exec %s: %w", c.Path, err), p.relays.close())
	}
	if err := p.awaitReady(ctx); err != nil {
		p.Kill()
		return nil, fmt.Errorf("exec %s: %w%s", c.Path, err, p.output.last())
	}
	return p, nil
}

// prepare fills the templates in and makes the command.
func (p *Process) prepare() error {
	c := p.config
	p.output = &output{log: c.Log}
	if c.Ready != "" {
		pattern, err := regexp.Compile(c.Ready)
		if err != nil {
			return fmt.Errorf("pattern of Ready: %w", err)
		}
		p.output.ready, p.output.pattern = make(chan struct{}), pattern
	}
	args, err := p.fill(c.Args)
	if err != nil {
		return err
	}
	env, err := p.fill(c.Env)
	if err != nil {
		return err
	}
	path := c.Path
	if strings.ContainsRune(path, filepath.Separator) { // it is not meant to be relative to Dir
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
	}
	p.cmd = exec.Command(path, args...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Dir = c.Dir
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.WaitDelay = time.Second // what it has started and is not found may hold the output open
	dieWithParent(p.cmd)
	p.family = family.Mark(p.cmd)
	return nil
}

func (p *Process) fill(templates []string) ([]string, error) {
	filled := make([]string, len(templates))
	for i, text := range templates {
		t, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
			"listen": func(port int) (int, error) {
				if err := checkPort(port); err != nil {
					return 0, err
				}
				return p.relays.listenAt(port)
			},
			"reach": p.reach,
			"dir":   func() string { return p.config.Dir },
			"role":  func() string { return p.config.Role },
		}).Parse(text)
		var b strings.Builder
		if err == nil {
			err = t.Execute(&b, nil)
		}
		if err != nil {
			return nil, fmt.Errorf("argument %q: %w", text, err)
		}
		filled[i] = b.String()
	}
	return filled, nil
}

func (p *Process) reach(role string, port int) (int, error) {
	switch err := checkPort(port); {
	case err != nil:
		return 0, err
	case role == p.config.Role:
		return p.relays.listenAt(port)
	}
	if slices.Contains(p.config.Roles, role) {
		return p.relays.reachAt(role, port)
	}
	return 0, fmt.Errorf("unknown role %q: the roles are %s", role, strings.Join(p.config.Roles, ", "))
}

func checkPort(port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("port %d: a port is a number from 1 to 65535", port)
	}
	return nil
}

// run starts the program, kills what it leaves behind when it ends, and notes how it has ended.
func (p *Process) run() error {
	started := make(chan error)
	go func() {
		defer lockThread()() // the program would die with it
		err := p.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = p.family.Wait() // the state says how it ended
		p.output.end()
		_ = p.relays.close() // nobody listens there any more
		p.noteEnd()
		close(p.exited)
	}()
	return <-started
}

// noteEnd keeps how the program has ended, unless it was told to.
func (p *Process) noteEnd() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.planned {
		return
	}
	p.ended = fmt.Errorf("%s (process %d) ended: %s%s", p.config.Path, p.PID(), p.cmd.ProcessState, p.output.last())
	p.config.Log.Warn("the program ended by itself", "state", p.cmd.ProcessState.String())
}

// retryEvery is how often a port of a program that starts is tried. It cannot tell.
const retryEvery = 5 * time.Millisecond

func (p *Process) awaitReady(ctx context.Context) error {
	if p.output.ready != nil {
		select {
		case <-p.output.ready:
			return nil
		case <-p.exited:
			return fmt.Errorf("ended before it was ready: %s", p.cmd.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("no line of its output matches %q: %w", p.config.Ready, context.Cause(ctx))
		}
	}
	for port := range p.relays.listen {
		for !p.accepts(ctx, port) {
			select {
			case <-time.After(retryEvery):
			case <-p.exited:
				return fmt.Errorf("ended before it listened at port %d: %s", port, p.cmd.ProcessState)
			case <-ctx.Done():
				return fmt.Errorf("does not listen at %s for port %d: %w", p.Addr(port), port, context.Cause(ctx))
			}
		}
	}
	return nil
}

func (p *Process) accepts(ctx context.Context, port int) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.Addr(port))
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was said
	return true
}

// Addr returns where on this machine the program listens for a port, as in
// "127.0.0.1:41234"; it is empty for one that no template has in listen.
func (p *Process) Addr(port int) string { return p.relays.localAddress(port) }

// PID returns the program's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Ended returns how the program has ended, and its last output, or nil while it runs or
// when it was told to end.
func (p *Process) Ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// Stop sends the program SIGTERM and waits until it has ended. It kills the program when ctx ends first, and returns an error that says so.
func (p *Process) Stop(ctx context.Context) error {
	p.plan()
	started, _ := p.family.Members()          // some may not be found once it has ended
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.exited:
		return errors.Join(started.Kill(), p.relays.close())
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("%s (process %d) did not end at SIGTERM and was killed", p.config.Path, p.PID())
	}
}

// Kill ends the program and what it has started with SIGKILL, and with it its connections.
func (p *Process) Kill() {
	p.plan()
	select {
	case <-p.exited: // its process id may be another one's by now
	default:
		if p.family.Kill() != nil {
			_ = p.cmd.Process.Kill() // it may have ended
		}
	}
	<-p.exited
	_ = p.relays.close() // its listeners, which nobody needs any more
}

func (p *Process) plan() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.planned = true
}

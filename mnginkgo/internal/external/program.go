package external

import (
	"context"
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
	"sync/atomic"
	"text/template"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
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

// Program is a program that runs.
type Program struct {
	config  Config
	cmd     *exec.Cmd
	process *process.Process
	relays  *relays
	output  *process.Output
	ready   chan struct{} // closed when a line of the output matches Ready; nil without it
	exited  chan struct{} // closed when the program has ended, and its relays have
	ended   error         // then: how, unless it was told to
	planned atomic.Bool   // it was told to end
}

// Start runs the program and returns once it can be reached: when a line of its output
// matches Ready, or, without it, when all its ports accept connections. The error has the
// last output of a program that has ended before.
func Start(ctx context.Context, c Config) (*Program, error) {
	p := &Program{config: c, relays: newRelays(c.Network), exited: make(chan struct{})}
	err := p.prepare()
	if err == nil {
		err = p.run()
	}
	if err != nil {
		p.relays.close()
		return nil, fmt.Errorf("exec %s: %w", c.Path, err)
	}
	if err := p.awaitReady(ctx); err != nil {
		p.Kill()
		return nil, fmt.Errorf("exec %s: %w%s", c.Path, err, p.lastWords())
	}
	return p, nil
}

// prepare fills the templates in and makes the command.
func (p *Program) prepare() error {
	c := p.config
	if err := p.listen(); err != nil {
		return err
	}
	filled, err := p.fill(slices.Concat(c.Args, c.Env))
	if err != nil {
		return err
	}
	path := c.Path
	if strings.ContainsRune(path, filepath.Separator) { // it is not meant to be relative to Dir
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
	}
	p.cmd = exec.Command(path, filled[:len(c.Args)]...)
	p.cmd.Env = append(os.Environ(), filled[len(c.Args):]...)
	p.cmd.Dir = c.Dir
	process.Attach(p.cmd)
	return nil
}

// listen has the program's output logged, line by line, and looked at.
func (p *Program) listen() error {
	hear := func(string) {}
	if p.config.Ready != "" {
		pattern, err := regexp.Compile(p.config.Ready)
		if err != nil {
			return fmt.Errorf("pattern of Ready: %w", err)
		}
		p.ready = make(chan struct{})
		ready := sync.OnceFunc(func() { close(p.ready) })
		hear = func(line string) {
			if pattern.MatchString(line) {
				ready()
			}
		}
	}
	p.output = process.NewOutput(func(line string) {
		p.config.Log.Info(line)
		hear(line)
	}, nil)
	return nil
}

// linesKept is how many lines of its output an error has.
const linesKept = 20

// lastWords returns the last output, for the end of an error's text.
func (p *Program) lastWords() string {
	lines := strings.Split(strings.TrimSpace(p.output.String()), "\n")
	return process.LastWords(strings.Join(lines[max(0, len(lines)-linesKept):], "\n"))
}

func (p *Program) fill(templates []string) ([]string, error) {
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

func (p *Program) reach(role string, port int) (int, error) {
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

// run starts the program, and notes how it has ended.
func (p *Program) run() (err error) {
	if p.process, err = process.Start(p.cmd, p.output); err != nil {
		return err
	}
	go func() {
		<-p.process.Done()
		p.relays.close() // nobody listens there any more
		if !p.planned.Load() {
			p.ended = fmt.Errorf("%s (process %d) ended: %s%s", p.config.Path, p.PID(), p.cmd.ProcessState, p.lastWords())
			p.config.Log.Warn("the program ended by itself", "state", p.cmd.ProcessState.String())
		}
		close(p.exited)
	}()
	return nil
}

// retryEvery is how often a port of a program that starts is tried. It cannot tell.
const retryEvery = 5 * time.Millisecond

func (p *Program) awaitReady(ctx context.Context) error {
	if p.ready != nil {
		select {
		case <-p.ready:
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

func (p *Program) accepts(ctx context.Context, port int) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.Addr(port))
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was said
	return true
}

// Addr returns where on this machine the program listens for a port, as in
// "127.0.0.1:41234"; it is empty for one that no template has in listen.
func (p *Program) Addr(port int) string { return p.relays.localAddress(port) }

// PID returns the program's process id.
func (p *Program) PID() int { return p.process.ID() }

// Ended returns how the program has ended, and its last output, or nil while it runs or
// when it was told to end.
func (p *Program) Ended() error {
	select {
	case <-p.exited:
		return p.ended
	default:
		return nil
	}
}

// Stop sends the program SIGTERM and waits until it has ended. It kills the program when ctx
// ends first, and returns an error that says so.
func (p *Program) Stop(ctx context.Context) error {
	p.planned.Store(true)
	killed, err := p.process.Terminate(ctx)
	<-p.exited
	if killed {
		return fmt.Errorf("%s (process %d) did not end at SIGTERM and was killed", p.config.Path, p.PID())
	}
	return err
}

// Kill ends the program and what it has started with SIGKILL, and with it its connections.
func (p *Program) Kill() {
	p.planned.Store(true)
	_ = p.process.Kill() // it may have ended
	<-p.exited
}

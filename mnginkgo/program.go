package mnginkgo

import (
	"context"
	"errors"
	"slices"

	"github.com/7aca83c2/multinode/mnginkgo/internal/coverage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/external"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
)

// Exec boots an external program as the node of each role, such as
//
//	Boot(Exec("redis-server", "--port", "{{listen 6379}}", "--dir", "{{dir}}"))
//
// It is short for Program{Path: path, Args: args}.Boot, where the words in braces are
// explained.
func Exec(path string, args ...string) BootFunc { return Program{Path: path, Args: args}.Boot }

// Program is an external program that runs as the node of a role. Args and Env are
// templates of package text/template with these functions:
//
//	listen 6379      the port on 127.0.0.1 at which the program has to listen. Others
//	                 find it as port 6379 of the role.
//	reach "b" 6379   a port on 127.0.0.1 that leads to port 6379 of role b
//	dir              the node's data folder, see Env.DataDir, in which the program runs
//	role             the node's role
//
// What the program sends to a reach port passes the Switch, so that it feels cuts and other
// faults of the links between the roles. Other nodes and commands reach it through their
// Env.Network. What it sends elsewhere does not pass the Switch.
//
// A dial to a reach port is answered on this machine, whatever happens to the links: what
// the program sees of a cut is a connection on which nothing comes, or that is reset.
//
// Crash and Kill kill the program, and Pause of an isolated role stops it; all do the same to
// what the program has started, in whatever process group. What it leaves behind at its end,
// a daemon too, is killed at once. A daemon is known by an environment variable that it
// inherits: one that is started without it lives on.
// It ends with the process that it was started from, however that ends. On other systems
// than Linux it outlives one that is killed from outside or exits.
// One that ends by itself does not fail the spec: the node's log and HaveEnded tell. Its
// connections are reset, and new ones refused, as the process of the role goes on.
type Program struct {
	Path string   // a path, from the suite's folder, or a name that is looked up in PATH
	Args []string // templates
	Env  []string // templates such as "LANG=C", added to the environment of the test
	// Ready is a regular expression that a line of output matches once the program can be
	// reached. The default is to wait until all its listen ports accept connections.
	Ready string
	// Only names the roles that run the program. The others get a node with nothing in it,
	// from which commands can reach it. The default is all roles.
	Only []string
}

// Boot starts the program and returns an *External once it can be reached. Its output goes
// to the node's log. Boot returns an error if a template is wrong, or the program does not
// start or ends before it can be reached; that one has its last output.
func (p Program) Boot(ctx context.Context, env *Env) (Instance, error) {
	if env.roles.Virtual {
		return nil, errors.New("Exec and Program start a real process, for which virtual time does not wait: give MultiNode RealTime() in place of Virtual()")
	}
	for _, role := range p.Only {
		if err := names.Known(env.Roles, role); err != nil {
			return nil, err
		}
	}
	if len(p.Only) > 0 && !slices.Contains(p.Only, env.Role) {
		return struct{}{}, nil
	}
	process, err := external.Start(ctx, external.Config{
		Path: p.Path, Args: p.Args, Env: append(coverage.ForPrograms(), p.Env...), Ready: p.Ready, Role: env.Role, Roles: env.Roles,
		Dir: env.DataDir(), Network: env.Network, Log: env.Log,
	})
	if err != nil {
		return nil, err
	}
	return &External{process}, nil
}

// External is an external program that runs as a node.
type External struct{ process *external.Program }

// Addr returns where on this machine the program listens for a port of its role, as in
// "127.0.0.1:41234", past the Switch; it is empty for a port that no template has in
// listen.
func (e *External) Addr(port int) string { return e.process.Addr(port) }

// PID returns the program's process id.
func (e *External) PID() int { return e.process.PID() }

// Ended implements Ender: it tells how a program has ended that was not told to.
func (e *External) Ended() error { return e.process.Ended() }

// Stop sends SIGTERM and waits for the program's end; it kills it when ctx ends first.
func (e *External) Stop(ctx context.Context) error { return e.process.Stop(ctx) }

// Crash kills the program.
func (e *External) Crash() { e.process.Kill() }

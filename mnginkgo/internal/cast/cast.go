package cast

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Cast is the roles of one spec.
type Cast struct {
	stage    stage.Director
	roles    []string
	isolated bool
	note     stage.OnVerb

	mu       sync.Mutex
	parts    map[string]*part
	turns    []Turn
	troubles []stage.Failure // that nobody has taken
}

// part is what is known of a role.
type part struct {
	state       State // while it has not lost its process
	loss        *Loss
	unfinished  bool // a boot or crash was begun, and nobody has said that it has ended
	incarnation uint64
	skew        time.Duration
	end         *stage.End // of its latest process, if that has ended
}

// State is what a role does, in words for people.
type State string

// The states.
const (
	NotStarted State = "not started"
	Booting    State = "booting"
	Running    State = "running"
	Crashed    State = "crashed"
	Killed     State = "killed"
	Left       State = "gone after Leave"
	Stopped    State = "stopped at the end of its spec"
	Exited     State = "gone after an exit"
	Paused     State = "paused"
	Lost       State = "without its process"
)

// Turn is that a role begins to be in a state.
type Turn struct {
	Time        time.Time
	Role        string
	State       State
	Incarnation uint64 // its latest; 0 before the first
}

// New returns the cast of a spec whose roles have not started. Isolated ones have a process each.
func New(s stage.Director, roles []string, isolated bool, note stage.OnVerb) *Cast {
	c := &Cast{stage: s, roles: roles, isolated: isolated, note: note, parts: map[string]*part{}}
	for _, role := range roles {
		c.parts[role] = &part{state: NotStarted}
	}
	return c
}

// State returns the state of a role.
func (c *Cast) State(role string) State { return of(c, role, (*part).now) }

// of returns what is known of a role.
func of[T any](c *Cast, role string, what func(*part) T) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return what(c.parts[role])
}

func (p *part) now() State {
	if p.loss != nil {
		return Lost
	}
	return p.state
}

// Running returns the roles whose nodes run.
func (c *Cast) Running() []string { return c.in(Running) }

// in returns the roles that are in a state.
func (c *Cast) in(state State) (roles []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, role := range c.roles {
		if c.parts[role].now() == state {
			roles = append(roles, role)
		}
	}
	return roles
}

// NeedRunning returns an error unless the node of a role runs.
func (c *Cast) NeedRunning(role string) error {
	if err := c.Loss(role); err != nil {
		return err
	}
	if state := c.State(role); state != Running {
		return fmt.Errorf("role %s is %s", role, state)
	}
	return nil
}

// Incarnation returns how many lives a role has had; 0 before the first.
func (c *Cast) Incarnation(role string) uint64 {
	return of(c, role, func(p *part) uint64 { return p.incarnation })
}

// End returns how the latest process of an isolated role has ended, or nil.
func (c *Cast) End(role string) *stage.End {
	return of(c, role, func(p *part) *stage.End { return p.end })
}

// Ended notes how the process of a role has ended.
func (c *Cast) Ended(end stage.End) {
	c.change(end.Role, func(p *part) {
		p.end = &end
		switch {
		case !end.Planned:
			how, output, _ := strings.Cut(end.Why, "\n")
			p.loss = &Loss{how: fmt.Sprintf("role %s lost its process: %s", end.Role, how), output: output}
		case p.state == Running || p.state == Paused:
			p.state = Exited
		}
	})
}

// change changes what is known of a role.
func (c *Cast) change(role string, how func(*part)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.parts[role]
	before := p.now()
	how(p)
	if now := p.now(); now != before {
		c.turns = append(c.turns, Turn{time.Now(), role, now, p.incarnation})
	}
}

// Turns returns which states the roles have been in, one after another.
func (c *Cast) Turns() []Turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.turns)
}

func (c *Cast) set(role string, state State) { c.change(role, func(p *part) { p.state = state }) }

// check returns an error unless all roles exist, each is named once, and is in one of the states that
// the verb is for.
func (c *Cast) check(verb string, roles []string, allowed []State) error {
	if len(roles) == 0 {
		return fmt.Errorf("%s needs a role: the roles are %s", verb, strings.Join(c.roles, ", "))
	}
	for i, role := range roles {
		if err := names.Known(c.roles, role); err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
		if slices.Contains(roles[:i], role) {
			return fmt.Errorf("%s: role %q is named twice", verb, role)
		}
		if state := c.State(role); !slices.Contains(allowed, state) {
			return fmt.Errorf("%s: role %q is %s; it must be %s", verb, role, state, c.join(allowed))
		}
	}
	return nil
}

// join names those of the states that a role of this cast can be in.
func (c *Cast) join(states []State) string {
	var texts []string
	for _, s := range states {
		if c.isolated || s != Paused && s != Exited {
			texts = append(texts, string(s))
		}
	}
	return strings.Join(texts, " or ")
}

// each does something to roles, all at once. An error has what it is wrapped in, with the role.
func each(ctx context.Context, roles []string, wrapped string, do func(ctx context.Context, role string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, role := range roles {
		group.Go(func() error { return stage.Wrap(do(ctx, role), wrapped, role) })
	}
	return group.Wait()
}

package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// seat runs the nodes of one role, one after another, in this process. What a
// Director wants of it comes in through Call, encoded in both variants.
type seat struct {
	backstage stage.Backstage
	network   transport.Network

	doing activity

	mu    sync.Mutex
	node  *Node
	ports *ports // the node's endpoints
}

var _ stage.Runner = (*seat)(nil)

// bootRequest says which node to boot. Plans are the same in all processes.
type bootRequest struct {
	Plan        int
	Role        string
	Incarnation uint64
	Seed        uint64
}

// bodyRequest says which body to run; Report is Ginkgo's report of the spec, in
// JSON. Commands have an argument instead.
type bodyRequest struct {
	Ordinal  int
	Report   []byte
	Argument []byte
}

// answer is a command's result or what went wrong in it.
type answer struct {
	Result []byte
	Error  string // the command's error; "" if it returned none
	Failed bool
	Fail   failure // if Failed
}

// viewAnswer is a node's view.
type viewAnswer struct {
	View  View
	Error string
}

// The methods of a seat.
const (
	methodBoot    = "boot"
	methodLeave   = "leave"
	methodStop    = "stop"
	methodCrash   = "crash"
	methodView    = "view"
	methodCommand = "command"
	methodBody    = "body"
	methodStatus  = "status"
)

var seatMethods = map[string]func(*seat, context.Context, []byte) ([]byte, error){
	methodBoot:    typed((*seat).boot),
	methodLeave:   typed((*seat).leave),
	methodStop:    typed((*seat).stop),
	methodCrash:   typed((*seat).crash),
	methodView:    typed((*seat).view),
	methodCommand: typed((*seat).command),
	methodBody:    typed((*seat).body),
	methodStatus:  typed((*seat).status),
}

// nothing is the argument or answer of a method that has none.
type nothing struct{}

func typed[A, R any](method func(*seat, context.Context, A) (R, error)) func(*seat, context.Context, []byte) ([]byte, error) {
	return func(s *seat, ctx context.Context, data []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](data, nil)
		if err != nil {
			return nil, err
		}
		result, err := method(s, ctx, argument)
		if err != nil {
			return nil, err
		}
		return codec.AppendAs(nil, result)
	}
}

// Call does what stage.Runner says.
func (s *seat) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	do := seatMethods[method]
	if do == nil {
		return nil, fmt.Errorf("unknown method %q", method)
	}
	return do(s, ctx, body)
}

// Detach does what stage.Runner says.
func (s *seat) Detach(context.Context) error {
	s.mu.Lock()
	ports := s.ports
	s.mu.Unlock()
	return ports.closeAll()
}

func (s *seat) boot(ctx context.Context, b bootRequest) (int, error) {
	p := tree.plans[b.Plan]
	env := &Env{
		Role: b.Role, Roles: p.roles, Incarnation: b.Incarnation, Data: p.data[b.Role], plan: p,
		Log:  roleLogger(s.backstage, b.Role),
		Rand: rand.New(rand.NewPCG(b.Seed, b.Incarnation)),
	}
	ports := &ports{network: s.network}
	env.Network = ports
	s.mu.Lock()
	s.ports, s.node = ports, nil
	s.mu.Unlock()

	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
	var node *Node
	var err error
	fail := s.do("booting", b.Role, func() {
		var instance Instance
		if instance, err = boot(ctx, env); err != nil {
			return
		}
		node = &Node{env: env, instance: instance, backstage: s.backstage, ctx: ctx}
		s.mu.Lock()
		s.node = node
		s.mu.Unlock()
		for _, body := range p.onBoot {
			body(ctx, node.with(ctx))
		}
	})
	if fail != nil {
		return 0, fail
	}
	if err != nil {
		return 0, errors.Join(err, ports.closeAll())
	}
	return os.Getpid(), nil
}

func (s *seat) current() (*Node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.node == nil {
		return nil, errors.New("no node runs here")
	}
	return s.node, nil
}

func (s *seat) leave(ctx context.Context, _ nothing) (nothing, error) {
	node, err := s.current()
	if err != nil {
		return nothing{}, err
	}
	leaver, ok := node.instance.(Leaver)
	if !ok {
		return nothing{}, fmt.Errorf("%T has no method Leave(context.Context) error", node.instance)
	}
	if err := leaver.Leave(ctx); err != nil {
		return nothing{}, err
	}
	return s.stop(ctx, nothing{})
}

// stop ends the node in good order, as far as ctx allows.
func (s *seat) stop(ctx context.Context, _ nothing) (nothing, error) {
	node, ports := s.clear()
	if node == nil {
		return nothing{}, ports.closeAll()
	}
	var err error
	switch instance := node.instance.(type) {
	case Stopper:
		err = instance.Stop(ctx)
	case Crasher:
		instance.Crash()
	}
	return nothing{}, errors.Join(err, ports.closeAll())
}

// crash ends the node without a word.
func (s *seat) crash(ctx context.Context, _ nothing) (nothing, error) {
	node, ports := s.clear()
	err := ports.closeAll()
	if node == nil {
		return nothing{}, err
	}
	switch instance := node.instance.(type) {
	case Crasher:
		instance.Crash()
	case Stopper:
		err = errors.Join(err, instance.Stop(ctx))
	}
	return nothing{}, err
}

func (s *seat) clear() (*Node, *ports) {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := s.node
	s.node = nil
	return node, s.ports
}

func (s *seat) view(context.Context, nothing) (viewAnswer, error) {
	node, err := s.current()
	if err != nil {
		return viewAnswer{}, err
	}
	v, ok := viewOf(node.Role(), node.instance)
	if !ok {
		return viewAnswer{v, noMembers(node.Role(), node.instance).Error()}, nil
	}
	return viewAnswer{View: v}, nil
}

func (s *seat) command(ctx context.Context, b bodyRequest) (a answer, err error) {
	node, err := s.current()
	if err != nil {
		return a, err
	}
	var failed error
	fail := s.do("in a command", node.Role(), func() { a.Result, failed = tree.commands[b.Ordinal](ctx, node, b.Argument) })
	switch {
	case fail != nil:
		a.Failed, a.Fail = true, *fail
	case failed != nil:
		a.Error = failed.Error()
	}
	return a, nil
}

func (s *seat) body(ctx context.Context, b bodyRequest) (a answer, err error) {
	node, err := s.current()
	if err != nil {
		return a, err
	}
	spec := newRoleContext(ctx, b.Report)
	fail := s.do("in the body", node.Role(), func() { tree.bodies[b.Ordinal](spec, node.with(spec)) })
	if fail != nil {
		a.Failed, a.Fail = true, *fail
	}
	return a, s.backstage.Ended(ctx, node.Role())
}

// do runs the user's code and remembers, for progress reports, that it is at it.
func (s *seat) do(what, role string, code func()) *failure {
	defer s.doing.begin(what)()
	return runOnRole(role, code)
}

// status says what the role is doing, for progress reports.
func (s *seat) status(context.Context, nothing) (string, error) {
	return fmt.Sprintf("%s; %d goroutines in its process", s.doing.String(), runtime.NumGoroutine()), nil
}

// Vacate does what broker.Seat says.
func (s *seat) Vacate(ctx context.Context) error {
	_, err := s.crash(ctx, nothing{})
	return err
}

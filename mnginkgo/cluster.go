package mnginkgo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/account"
	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/faults"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/recorder"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Cluster is the nodes of the running spec, in the hands of the spec's process. Its
// verbs fail the spec when they are given nonsense or cannot do what they say. They fail code
// on a role that calls them, and a later spec that has saved the Cluster of this one.
type Cluster struct {
	roles  names.Roles
	number int    // of its plan
	spec   string // its text
	bites  bool   // each fault has to have an effect
	races  int    // data races that were found in this process before
	stage  stage.Director
	cast   *cast.Cast
	book   *faults.Book
	close  func(context.Context) error // gives back what the stage is made of

	kept      *told                  // of a spec that fails when its processes are given back
	defaulted atomic.Bool            // some node was booted with DefaultBoot
	over      atomic.Pointer[string] // the spec's text, once its nodes are being stopped
	failed    account.Commands
	noted     *recorder.Recorder
	shown     shown
	failedAt  atomic.Pointer[time.Time] // when the first assertion did, by the clock of the spec

	invariants invariants
	nemeses    atomic.Int32 // so far
	unleashed  atomic.Int32 // those that work now

	mu       sync.Mutex
	ctx      context.Context // of the Ginkgo node that runs
	seed     uint64
	done     []string     // the verbs so far, for messages
	late     []func()     // ends the contexts made for late verbs
	data     scratch.Data // of all roles
	harmedBy []*Nemesis   // all that were unleashed
}

// current is the cluster of the spec that runs in this process, or nil. What a spec has left running may look.
var current atomic.Pointer[Cluster]

const noNodes = "the nodes of this spec do not run: its set-up failed, or this node comes before it"

// clusterFor returns the cluster of the running spec to a body below MultiNode.
func clusterFor(ctx ginkgo.SpecContext, where types.CodeLocation) *Cluster {
	c := current.Load()
	if c == nil {
		failAt(types.SpecStateFailed, noNodes, where)
	}
	c.setContext(ctx)
	return c
}

func (c *Cluster) setContext(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ctx = ctx
}

// lateVerb bounds a verb that is called when the context of its Ginkgo node has ended.
const lateVerb = 10 * time.Second

// context returns the context of the Ginkgo node that runs. One that has ended is of
// no use to a verb called in a cleanup, which gets a new one.
func (c *Cluster) context() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil || c.unleashed.Load() > 0 { // a verb of a Nemesis is not to end halfway, with the body
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), lateVerb)
		c.late = append(c.late, cancel)
		return ctx
	}
	return c.ctx
}

// Format implements fmt.Formatter: it names the roles. Gomega formats what it is given
// even where nobody reads it, and must not look at what a Nemesis changes meanwhile.
func (c *Cluster) Format(s fmt.State, _ rune) {
	if c == nil {
		_, _ = io.WriteString(s, "<nil>")
		return
	}
	_, _ = fmt.Fprintf(s, "<cluster of %s>", account.Names(c.roles.Names))
}

// Roles returns the names of all roles, whether their nodes run or not.
func (c *Cluster) Roles() []string {
	c.own("Roles")
	return slices.Clone(c.roles.Names)
}

// Running returns the names of the roles whose nodes run.
func (c *Cluster) Running() []string {
	c.use("Running")
	return c.cast.Running()
}

// Seed returns the number from which everything random in the spec is drawn.
func (c *Cluster) Seed() uint64 {
	c.own("Seed")
	return c.seed
}

// awaited returns the context of calls that the spec's own goroutine waits for until end is called,
// as far as can be told: where it is called in that goroutine, and no Nemesis works.
func (c *Cluster) awaited(ctx context.Context) (awaited context.Context, end func()) {
	if c.unleashed.Load() > 0 || !rolecode.InGinkgosGoroutine() {
		return ctx, func() {}
	}
	ctx, leave := withNode(ctx)
	ctx, take := rolecode.Waiting(ctx)
	return ctx, func() { take(); leave() }
}

// withNode returns a context that ends with ctx, and with the node of Ginkgo's whose goroutine this is.
func withNode(ctx context.Context) (both context.Context, end func()) {
	suite := runningSuite.Load()
	if suite == nil || inBubble.Load() { // there the node's own context is not to be touched
		return ctx, func() {}
	}
	node := suite.Context()
	if node.Err() != nil { // what is done then has bounds of its own
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(node, func() { cancel(context.Cause(node)) })
	return ctx, func() { stop(); cancel(nil) }
}

// call has the seat of a role do something.
func call[A, R any](ctx context.Context, c *Cluster, role string, method seat.Method[A, R], argument A) (result R, err error) {
	if lost := c.cast.Loss(role); lost != nil {
		return result, lost
	}
	result, err = method.Ask(ctx, c.stage, role, argument)
	if lost := c.cast.Loss(role); err != nil && lost != nil {
		err = lost
	}
	return result, err
}

// order has a role's process do something, and returns what went wrong.
func order[A any](ctx context.Context, c *Cluster, role string, method seat.Method[A, seat.Answer], argument A) error {
	a, err := call(ctx, c, role, method, argument)
	if err != nil {
		return err
	}
	return a.Err()
}

// anyLoss returns an error that ends an Eventually at once if a process is gone: no
// waiting brings it back.
func (c *Cluster) anyLoss() error {
	if lost := c.cast.Lost(); lost != nil {
		return gomega.StopTrying(lost.Error())
	}
	return nil
}

// looking returns the context in which the spec looks at its nodes. It ends with the node of
// Ginkgo's that runs; where that has ended, a failing spec is looked at all the same.
func (c *Cluster) looking() (context.Context, context.CancelFunc) {
	c.mu.Lock()
	ctx := c.ctx
	c.mu.Unlock()
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	return context.WithTimeout(ctx, viewTimeout)
}

// viewTimeout bounds how long a node may take to say what it sees: a stuck one must
// not stop an Eventually from reporting it.
const viewTimeout = 2 * time.Second

// actual implements what matchers ask of what belongs to a spec.
func (c *Cluster) actual() sight.Actual {
	return sight.Actual{Text: c.describe(), Whole: true, Knows: func(role string) error { return names.Known(c.roles.Names, role) }}
}

// Observe implements Observer: the views of all nodes that run, by role.
func (c *Cluster) Observe() ([]View, error) {
	if err := c.usableBy("Observe"); err != nil {
		return nil, err
	}
	running := c.cast.Running()
	views := make([]View, len(running))
	ctx, cancel := c.looking()
	defer cancel()
	var group errgroup.Group
	for i, role := range running {
		group.Go(func() (err error) {
			views[i], err = c.observe(ctx, role)
			return err
		})
	}
	err := group.Wait()
	if lost := c.anyLoss(); lost != nil {
		return nil, lost
	}
	return views, err
}

func (c *Cluster) observe(ctx context.Context, role string) (View, error) {
	began := time.Now()
	var v View
	seen, err := call(ctx, c, role, seat.View, seat.Nothing{})
	if err == nil {
		v, err = codec.DecodeAs[View](seen, nil)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return View{Role: role}, fmt.Errorf("%s did not say what it sees within %v", role, time.Since(began).Round(100*time.Millisecond))
	case err != nil:
		return View{Role: role}, fmt.Errorf("%s cannot say what it sees: %w", role, err)
	}
	return v, nil
}

// note remembers a verb that begins, for messages, the timeline and the record. What it returns is told how it ends.
func (c *Cluster) note(ctx context.Context, verb string) (ended func(error) error) {
	c.mu.Lock()
	c.done = append(c.done, verb)
	c.mu.Unlock()
	_ = stage.Note.Tell(ctx, c.stage, verb) // a broker that is gone is reported by the verb itself
	return c.noted.Verb(verb)
}

// describe names the roles and what the spec did to them.
func (c *Cluster) describe() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return account.Title(c.roles.Names, c.done)
}

// must fails the spec, at the line of the verb's caller, if there is an error.
func (c *Cluster) must(err error) {
	if err == nil {
		return
	}
	err = c.cast.Cause(err)
	switch state := stateOf(err); {
	case state == types.SpecStateSkipped && rolecode.InGinkgosGoroutine(): // elsewhere it would hide what fails later
		ginkgo.Skip(err.Error(), outside())
	case state == types.SpecStateAborted:
		ginkgo.AbortSuite(err.Error(), outside())
	}
	failHere(err.Error())
}

func reportJSON(report types.SpecReport) []byte {
	data, err := json.Marshal(report)
	if err != nil {
		return nil // a body can do without it
	}
	return data
}

// onlyForSpecs is what code on a role is told that has got hold of a *Cluster.
const onlyForSpecs = "a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it"

// misplaced returns an error for code that runs on a role.
func misplaced() error {
	if role, on := rolecode.OnRole(); on {
		return fmt.Errorf("this code runs on role %s; %s", role, onlyForSpecs)
	}
	return nil
}

// owned returns an error for code that must not look at the cluster: it runs on a role, or was
// given none, as what a BeforeEach saves is not there in the other processes.
func (c *Cluster) owned() error {
	if err := misplaced(); err != nil || c != nil {
		return err
	}
	return errors.New("it is nil here; " + onlyForSpecs)
}

// usable returns an error for code that must not use the cluster: as for owned, or because the
// nodes are there no more.
func (c *Cluster) usable() error {
	if err := c.owned(); err != nil {
		return err
	}
	if spec := c.over.Load(); spec != nil {
		return fmt.Errorf("the cluster's spec is over (%q): take the *Cluster as the body's parameter", *spec)
	}
	return c.invariants.ended()
}

func (c *Cluster) owner() *Cluster { return c }

// own fails the code that asks for what does not change, unless the cluster is the spec's.
func (c *Cluster) own(method string) {
	if err := c.owned(); err != nil {
		failHere(method + ": " + err.Error())
	}
}

// use fails the code that calls a verb, unless it can use the cluster.
func (c *Cluster) use(method string) {
	if err := c.usable(); err != nil {
		failHere(method + ": " + err.Error())
	}
}

// usableBy is usable for methods and matchers that return errors. They end when the run is out of time,
// also where nobody has given them a context.
func (c *Cluster) usableBy(method string) error {
	if err := c.usable(); err != nil {
		return misuse(method + ": " + err.Error())
	}
	if suite := runningSuite.Load(); suite != nil && suite.OutOfTime() {
		return misuse(method + ": the run is out of time")
	}
	return nil
}

// misuse is the use of a cluster by code that must not use it, or no longer.
type misuse string

// Error returns one line.
func (m misuse) Error() string { return string(m) }

// GomegaString returns what Gomega prints below the error's text.
func (m misuse) GomegaString() string { return "" }

// Unwrap ends an Eventually: no waiting mends it.
func (m misuse) Unwrap() error { return gomega.StopTrying(string(m)) }

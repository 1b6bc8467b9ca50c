package mnginkgo

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/recorder"
)

// History is what the clients of a spec did, and when, with inputs of type I and outputs of type O. It is for a check
// of the whole, such as that of the module multinode/linearizable, and is drawn on the page of a failed spec. A client
// says what it is about to do, does it, and says how it ended:
//
//	history := NewHistory[operation, string](cluster)
//	...
//	call := history.BeginOn(node, "client 3", o)
//	value, err := perform.On(ctx, node, o)
//	switch {
//	case err == nil:
//		call.Returned(value)
//	case refused(err): // certainly nothing was done
//		call.Failed(err)
//	default:
//		call.Unknown(err)
//	}
//
// Several goroutines may use it at once. It is for the process of the spec, and fails a later spec that goes on with it,
// save by Operations.
type History[I, O any] struct {
	cluster *Cluster
	began   time.Time

	mu    sync.Mutex
	last  time.Duration
	calls []*Call[I, O]
}

// NewHistory returns a History of the running spec that has nothing in it. Its times count from when the first nodes of the
// spec were started, as those of its report and its page do.
func NewHistory[I, O any](cluster *Cluster) *History[I, O] {
	cluster.use("NewHistory")
	began := cluster.noted.Began()
	if began.IsZero() {
		began = time.Now()
	}
	return &History[I, O]{cluster: cluster, began: began}
}

// Call is an operation that a client has begun. One of Returned, Failed and Unknown says how it ended; a second one
// fails the spec. A call that nobody ends is one of unknown outcome.
type Call[I, O any] struct {
	history *History[I, O]
	noted   *recorder.Operation
	ended   string // the method that did; "" before. The history's lock guards it and what follows.
	is      Operation[I, O]
}

// Outcome is how an operation has ended.
type Outcome int

// The outcomes.
const (
	CallUnknown  Outcome = iota // it may have taken effect, or may do so later
	CallReturned                // it took effect
	CallFailed                  // it took no effect, and will not
)

// String returns "unknown", "returned" or "failed".
func (o Outcome) String() string { return [...]string{"unknown", "returned", "failed"}[o] }

// Operation is what a client did.
type Operation[I, O any] struct {
	Client  string
	Role    string // that it was for; "" if none
	Input   I
	Outcome Outcome
	Output  O     // of one that has returned
	Err     error // that Failed or Unknown was given
	// Called and Ended are when it began and when it returned or failed, of the spec. They are of the monotonic
	// clock, in virtual time of the spec's. No two are the same: at one instant, a nanosecond stands for the order in
	// which the History was told. Ended is 0 if the outcome is unknown.
	Called, Ended time.Duration
}

// Begin notes that a client begins an operation. Call it before anything is sent.
func (h *History[I, O]) Begin(client string, input I) *Call[I, O] {
	h.cluster.use("Begin")
	return h.begin(client, "", input)
}

// BeginOn is Begin for an operation that is for the node of a role.
func (h *History[I, O]) BeginOn(node *Handle, client string, input I) *Call[I, O] {
	node.owner().use("BeginOn")
	h.cluster.use("BeginOn")
	return h.begin(client, node.role, input)
}

func (h *History[I, O]) begin(client, role string, input I) *Call[I, O] {
	c := &Call[I, O]{history: h, is: Operation[I, O]{Client: client, Role: role, Input: input}}
	c.noted = h.cluster.noted.Begin(recorder.Operation{Client: client, Role: role, Input: brief(input, 0)})
	h.mu.Lock()
	defer h.mu.Unlock()
	c.is.Called = h.now()
	h.calls = append(h.calls, c)
	return c
}

// now returns a time that is later than the one before.
func (h *History[I, O]) now() time.Duration {
	h.last = max(h.last+1, time.Since(h.began))
	return h.last
}

// Returned says that the operation took effect, with this answer.
func (c *Call[I, O]) Returned(output O) {
	c.end("Returned", func() { c.is.Outcome, c.is.Output, c.is.Ended = CallReturned, output, c.history.now() })
	c.history.cluster.noted.End(c.noted, brief(output, 0), nil)
}

// Failed says that the operation certainly took no effect, and will not take one later. The error says why.
func (c *Call[I, O]) Failed(err error) {
	c.end("Failed", func() { c.is.Outcome, c.is.Err, c.is.Ended = CallFailed, err, c.history.now() })
	if err == nil {
		err = errors.New("it has failed")
	}
	c.history.cluster.noted.End(c.noted, "", err)
}

// Unknown says that the operation may have taken effect, or may do so later. The error says why nobody knows.
func (c *Call[I, O]) Unknown(err error) {
	c.end("Unknown", func() { c.is.Err = err })
	c.history.cluster.noted.GiveUp(c.noted, err)
}

// end notes the end of a call, unless that was said before.
func (c *Call[I, O]) end(method string, note func()) {
	c.history.cluster.use(method)
	c.history.mu.Lock()
	before := c.ended
	if before == "" {
		c.ended = method
		note()
	}
	c.history.mu.Unlock()
	if before != "" {
		failHere(fmt.Sprintf("%s: a call of %s, %v, was ended before, by %s", method, c.is.Client, c.is.Input, before))
	}
}

// Operations returns what was begun so far, in that order. What goes on is of unknown outcome.
func (h *History[I, O]) Operations() []Operation[I, O] {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Operation[I, O], len(h.calls))
	for i, c := range h.calls {
		all[i] = c.is
	}
	return all
}

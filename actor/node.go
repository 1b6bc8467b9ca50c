package actor

import (
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// state is how far an actor is in its life. Only the goroutine that runs the actor
// reads and changes it.
type state uint8

const (
	starting  state = iota // an Actor is there, its PreStart not yet called
	running                // handles messages
	suspended              // failed, waits for what its parent decides
	waiting                // failed, waits for its restart
	replacing              // failed, waits for its children to end, then restarts
	stopping               // waits for its children to end, then stops
	ended
)

// node is the part of an actor that has nothing to do with the type of its messages:
// its place in the tree and its life.
type node struct {
	sys    *System
	parent *node
	name   string // "" if none was given: then the uid makes one
	uid    uint64
	typed  typed
	opts   *options
	next   *node // siblings; the parent's mu guards them
	prev   *node

	// urgent interrupts the handling of messages: there are controls, or the end.
	urgent atomic.Bool

	mu        sync.Mutex
	scheduled bool // a goroutine runs the actor, or is about to
	closed    bool // takes no messages and no children any more
	gone      bool // has ended, or was killed
	exported  bool // has been named in a frame: is in the system's exports
	awaiting  bool // waits for its children to end
	controls  []control
	rare      *rare

	state state
	live  bool // the Actor awaits its PostStop or PreRestart

	unstarted bool // suspended because PreStart failed
}

// typed is the part of an actor that depends on the type of its messages. The hooks
// are called by the goroutine that runs the actor.
type typed interface {
	target
	inbound
	launch()           // starts a goroutine that runs the actor
	renew()            // makes a fresh Actor
	preStart() error   //
	postStop()         //
	preRestart(error)  //
	discard(err error) // makes dead letters of all messages; err nil: drops them
	mark(what any)     // puts something other than a message into the mailbox; mu is held
}

// rare is what most actors never need. The node's mu guards it, except for watching and
// restarts, which belong to the goroutine that runs the actor.
type rare struct {
	first    *node            // children, the last spawned first
	named    map[string]*node // those that were given a name
	watchers map[watcher]struct{}
	timers   map[string]*timer
	log      *slog.Logger

	watching  map[target]*watch
	restarts  restarts
	renewal   *time.Timer        // mu guards it too
	escalated map[*node]struct{} // children that wait for this actor's Strategy
}

// more returns n.rare, made if it is not there. n.mu is held.
func (n *node) more() *rare {
	if n.rare == nil {
		n.rare = &rare{}
	}
	return n.rare
}

// peek returns n.rare, which may be nil, for the goroutine that runs the actor.
func (n *node) peek() *rare {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.rare
}

// own is more for the goroutine that runs the actor, which does not hold n.mu.
func (n *node) own() *rare {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.more()
}

// path returns where the node is in the tree; the root's is "".
func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	return n.parent.path() + "/" + n.label()
}

func (n *node) label() string {
	if n.name != "" || n.parent == nil {
		return n.name
	}
	return "$" + strconv.FormatUint(n.uid, 36)
}

// String returns address and path.
func (n *node) String() string {
	if n.parent == nil {
		return string(n.sys.address) + "/"
	}
	return string(n.sys.address) + n.path()
}

func (n *node) identity() identity {
	return identity{n.sys.address, n.sys.incarnation, n.uid, n.path()}
}

func (n *node) actor() *node    { return n }
func (n *node) system() *System { return n.sys }

// wake has a goroutine run the actor. n.mu is held, and released here.
func (n *node) wake() {
	if n.scheduled {
		n.mu.Unlock()
		return
	}
	n.scheduled = true
	n.mu.Unlock()
	n.typed.launch()
}

// mark puts what into the mailbox, behind the messages that are there, if the actor is
// still there to take it.
func (n *node) mark(what any) {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return
	}
	n.typed.mark(what)
	n.wake()
}

func (n *node) logger() *slog.Logger {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.more()
	if r.log == nil {
		r.log = n.sys.log.With("actor", n.String())
	}
	return r.log
}

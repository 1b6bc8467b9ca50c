package actor

import (
	"maps"
	"slices"
	"sync"
	"weak"
)

// exports knows the actors and promises that were named in a frame, by uid, so that an
// incoming frame finds its receiver in one step.
type exports struct {
	mu    sync.RWMutex
	alive map[uint64]inbound
	// former has actors that have ended. A Ref that comes home then equals the ones that
	// were kept here; once nobody keeps one, the actor's memory is free.
	former map[uint64]weak.Pointer[node]
	sweep  int // the size of former at which those are taken out
}

// inbound is whom a letter may be for.
type inbound interface {
	target
	// openLetter decodes the message of f and delivers it.
	openLetter(f *letter)
	// tellAny delivers v and reports true, unless v is of a type that the receiver does not take.
	tellAny(v any, asked failer) (bool, error)
}

const leastSweep = 1024

func makeExports() exports {
	return exports{alive: map[uint64]inbound{}, former: map[uint64]weak.Pointer[node]{}, sweep: leastSweep}
}

func (e *exports) get(uid uint64) inbound {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.alive[uid]
}

func (e *exports) remove(uid uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.alive, uid)
}

// all returns the actors and promises at this moment.
func (e *exports) all() []inbound {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Collect(maps.Values(e.alive))
}

// export makes n reachable by its uid.
func (n *node) export() identity {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.exported && !n.gone {
		n.exported = true
		n.sys.exports.mu.Lock()
		n.sys.exports.alive[n.uid] = n.typed
		n.sys.exports.mu.Unlock()
	}
	return n.identity()
}

// withdraw undoes export for an actor that has ended.
func (e *exports) withdraw(n *node) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.alive, n.uid)
	e.former[n.uid] = weak.Make(n)
	if len(e.former) < e.sweep {
		return
	}
	maps.DeleteFunc(e.former, func(_ uint64, p weak.Pointer[node]) bool { return p.Value() == nil })
	e.sweep = max(leastSweep, 2*len(e.former))
}

// known returns what has the uid, alive or not, or nil if nobody here could tell.
func (e *exports) known(uid uint64) target {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if in := e.alive[uid]; in != nil {
		return in
	}
	if n := e.former[uid].Value(); n != nil {
		return n.typed
	}
	return nil
}

package ddata

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
)

// operation is a request that waits for other nodes. It reads first, or writes only.
type operation struct {
	*request
	ticket  uint64
	reading bool
	items   []item // what is written
	value   any    // what was read

	asked    map[crdt.Replica]bool   // while reading; a write goes to all at once
	answered map[crdt.Replica]bool   // and had caught up, or has what is written
	refused  map[crdt.Replica]string // why a node cannot read or write
	sent     map[crdt.Replica]time.Time
	holds    map[crdt.Replica]uint64 // the digest of what a node had when it was read
}

// begin goes as far as is possible at once.
func (a *agent) begin(q *request) {
	value, items, err := a.local(q)
	if err != nil || q.level == Local {
		q.reply.Tell(result{value, err})
		return
	}
	a.ticket++
	o := &operation{
		request: q, ticket: a.ticket, value: value, items: items, reading: items == nil && !q.everything,
		asked: map[crdt.Replica]bool{}, answered: map[crdt.Replica]bool{}, refused: map[crdt.Replica]string{}, sent: map[crdt.Replica]time.Time{}, holds: map[crdt.Replica]uint64{},
	}
	a.operations[o.ticket] = o
	if !o.reading {
		o.answered[a.members.self] = true
	}
	a.askFor(o)
	a.settle(o)
}

// local reads or changes what this node has. Of a change that others are to acknowledge
// it returns what they are to have.
func (a *agent) local(q *request) (value any, items []item, err error) {
	if q.everything {
		return nil, nil, nil
	}
	old, err := a.get(q.key, q.kind)
	if err != nil || q.change == nil {
		return old, nil, err
	}
	value, err = attempt(q.change, old)
	if err != nil {
		return nil, nil, err
	}
	delta, err := attempt(func(value any) any { return q.kind.since(value, old) }, value)
	if err != nil {
		return nil, nil, err
	}
	changed, err := a.put(q.key, q.kind, value)
	switch {
	case err != nil:
		return nil, nil, err
	case q.level == Local && changed:
		a.postpone(q.key, q.kind, delta)
		return value, nil, nil
	case !changed: // what others wrote may be what this one wants to be sure of
		return value, a.items([]string{q.key}), nil
	}
	data, err := codec.Append(nil, delta)
	return value, []item{{q.key, data}}, err
}

// answer notes that a node has what is written, or why it cannot have it.
func (o *operation) answer(who crdt.Replica, reason string) {
	if reason == "" {
		o.answered[who] = true
	} else {
		o.refused[who] = reason
	}
}

// attempt returns the panic of change, or of a method of a value, as an error.
func attempt(change func(any) any, old any) (value any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", ErrPanic, v)
		}
	}()
	return change(old), nil
}

// askFor sends the operation to those that are to answer. A read goes to as many as are
// needed first, and to those that can be reached; once that took too long, to all.
func (a *agent) askFor(o *operation) {
	switch {
	case o.everything:
		a.askForEverything(o)
		return
	case !o.reading:
		for _, p := range a.members.peers {
			if !o.answered[p] && o.refused[p] == "" && o.mayRepeat(p) {
				o.sent[p] = time.Now()
				a.tell(p, message{Kind: change, Ticket: o.ticket, Items: o.items})
			}
		}
		return
	}
	first := len(o.asked) == 0
	need := o.level.need(len(a.members.voters))
	for _, p := range a.candidates() {
		if first && len(o.asked) >= need-1 && a.ready {
			break
		}
		if !o.answered[p] && o.refused[p] == "" {
			o.asked[p] = true
			a.tell(p, message{Kind: read, Ticket: o.ticket, Want: []string{o.key}})
		}
	}
}

// A long message may be under way for long, and what is lost of it is sent again without
// our doing. So it is repeated only after this time, when it may have been given up.
const (
	long       = 32 << 10 // bytes
	repeatLong = 10 * time.Second
)

// mayRepeat reports whether what is written may be sent to a node, if it was before.
func (o *operation) mayRepeat(to crdt.Replica) bool {
	sent, before := o.sent[to]
	return !before || time.Since(sent) >= repeatLong || len(o.items) == 0 || len(o.items[0].Data) < long
}

// askForEverything exchanges all data with those that may not have all that this node has.
func (a *agent) askForEverything(o *operation) {
	for _, p := range a.members.peers {
		switch has, known := a.agreed[p]; {
		case o.answered[p] || o.refused[p] != "":
		case known && has == a.digest:
			o.answered[p] = true
		case a.walks[p] == nil:
			a.greet(p)
		}
	}
}

// candidates returns the voters other than this node, at random, those that can be
// reached first.
func (a *agent) candidates() []crdt.Replica {
	var near, far []crdt.Replica
	for _, v := range a.members.voters {
		switch {
		case v == a.members.self:
		case slices.Contains(a.members.unreachable, v):
			far = append(far, v)
		default:
			near = append(near, v)
		}
	}
	a.rand.Shuffle(len(near), func(i, j int) { near[i], near[j] = near[j], near[i] })
	return append(near, far...)
}

// ask sends all operations once more to those that have not answered.
func (a *agent) ask() {
	for _, ticket := range slices.Sorted(maps.Keys(a.operations)) {
		a.askFor(a.operations[ticket])
	}
}

// acknowledge notes that a node has what was written, or that it cannot have it.
func (a *agent) acknowledge(m message) {
	if o := a.operations[m.Ticket]; o != nil && !o.reading {
		o.answer(m.From, m.Reason)
		a.settle(o)
	}
}

// listen takes in what another node has of a key that is read. A node that has not
// caught up may miss what it was not there for, and does not count. Nor does one that could
// not merge something of the key, or whose value this node cannot merge.
func (a *agent) listen(m message) {
	if err := a.take(m); err != nil {
		m.Reason = "what it has is refused: " + err.Error()
	}
	o := a.operations[m.Ticket]
	if o == nil || !o.reading {
		return
	}
	o.holds[m.From] = 0
	for _, it := range m.Items {
		o.holds[m.From] = digestOf(it.Key, it.Data)
	}
	if m.Ready || m.Reason != "" {
		o.answer(m.From, m.Reason)
	}
	a.settle(o)
}

// settle ends the operation if enough nodes have answered, or has what was read written.
func (a *agent) settle(o *operation) {
	if o.reading && a.ready {
		o.answer(a.members.self, a.refusal(o.key))
	}
	if !a.enough(o) {
		if o.tally.isHopeless() {
			a.finish(o, result{err: o.tally.err(ErrRefused)})
		}
		return
	}
	if o.reading {
		a.writeBack(o)
		return
	}
	a.finish(o, result{value: o.value})
}

// settleAll settles all operations, when it is not their messages that have come.
func (a *agent) settleAll() {
	for _, ticket := range slices.Sorted(maps.Keys(a.operations)) {
		a.settle(a.operations[ticket])
	}
}

func (a *agent) enough(o *operation) bool {
	return o.tally.count(&a.members, o.level.need(len(a.members.voters)), o.answered, o.refused)
}

func (a *agent) finish(o *operation, r result) {
	delete(a.operations, o.ticket)
	o.reply.Tell(r)
}

// writeBack makes a write of a read: it is done if enough nodes had what came out.
func (a *agent) writeBack(o *operation) {
	value, err := a.get(o.key, o.kind)
	if err != nil {
		a.finish(o, result{err: err})
		return
	}
	now := uint64(0)
	if e := a.entries[o.key]; e != nil {
		now = e.digest
	}
	clear(o.answered)
	clear(o.refused)
	o.answered[a.members.self] = true
	for r, had := range o.holds {
		o.answered[r] = had == now
	}
	if a.enough(o) {
		a.finish(o, result{value: value})
		return
	}
	delete(a.operations, o.ticket)
	clear(o.sent)
	a.ticket++ // late answers to the read are not acknowledgements
	o.ticket, o.reading, o.value, o.items = a.ticket, false, value, a.items([]string{o.key})
	a.operations[o.ticket] = o
	a.askFor(o)
}

// forget drops the operation of a request that nobody waits for any more.
func (a *agent) forget(q *request) {
	maps.DeleteFunc(a.operations, func(_ uint64, o *operation) bool { return o.request == q })
}

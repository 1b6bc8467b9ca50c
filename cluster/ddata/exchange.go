package ddata

import (
	"bytes"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
)

// idle reports whether all peers are known to have what this node has, so that there is
// nothing to mend, and nothing to prune.
func (a *agent) idle() bool { return a.round == nil && len(a.differing()) == 0 }

// differing returns the peers that may have something else.
func (a *agent) differing() []crdt.Replica {
	var out []crdt.Replica
	for _, p := range a.members.peers {
		if has, known := a.agreed[p]; !known || has != a.digest {
			out = append(out, p)
		}
	}
	return out
}

// gossip compares what this node has with a peer that may have something else, if there
// is one.
func (a *agent) gossip() {
	from := a.differing()
	if len(from) == 0 {
		from = a.members.peers
	}
	if len(from) > 0 {
		a.greet(from[a.rand.IntN(len(from))])
	}
}

// greet asks a peer to compare.
func (a *agent) greet(to crdt.Replica) {
	a.tell(to, message{Kind: digest, Digest: a.digest, Gone: a.gone, Ready: a.ready})
}

// compare answers a greeting.
func (a *agent) compare(m message) {
	a.bury(m.Gone)
	if m.Digest == a.digest {
		a.agree(m)
		a.tell(m.From, message{Kind: same, Digest: a.digest, Ready: a.ready})
		return
	}
	a.tell(m.From, message{Kind: summary, Digests: a.digests(), Ready: a.ready})
}

// agree notes that this node has all that the sender has.
func (a *agent) agree(m message) {
	a.agreed[m.From] = m.Digest
	a.meet(m)
}

// explain sends what differs from a summary, and asks for what is missing here.
func (a *agent) explain(m message) {
	reply := message{Kind: states, Ready: a.ready}
	for _, key := range a.keys() {
		if theirs, has := m.Digests[key]; !has || theirs != a.entries[key].digest {
			it, _ := a.item(key)
			reply.Items = append(reply.Items, it)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.Digests)) {
		if a.entries[key] == nil {
			reply.Want = append(reply.Want, key)
		}
	}
	a.tell(m.From, reply)
}

// complete takes values in and sends back what they lack.
func (a *agent) complete(m message) {
	reply := message{Kind: rest, Items: a.items(m.Want)}
	for _, it := range m.Items {
		old, other, err := a.merge(it)
		if err != nil {
			a.log.Warn("cannot merge what another node has", "key", it.Key, "error", err)
			continue
		}
		lacking, err := codec.Append(nil, a.entries[it.Key].kind.since(old, other))
		if err == nil && !bytes.Equal(lacking, a.entries[it.Key].kind.nothing) {
			reply.Items = append(reply.Items, item{it.Key, lacking})
		}
	}
	a.meet(m)
	reply.Digest, reply.Ready = a.digest, a.ready
	a.tell(m.From, reply)
}

// meet notes that this node has all that the sender has, who was ready or not.
func (a *agent) meet(m message) {
	if !a.ready {
		a.met[m.From] = a.met[m.From] || m.Ready
		a.catchUp()
	}
}

// catchUp lets this node count in what others read, once it may.
func (a *agent) catchUp() {
	if a.ready || !a.members.caughtUp(a.met) {
		return
	}
	a.ready = true
	a.settleAll()
}

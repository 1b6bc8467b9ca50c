package registry

import "time"

// hear handles what a peer has sent. Who is no member, as far as is known here, will say
// it again.
func (k *keeper) hear(m message, now time.Time) {
	p := k.peers[m.From]
	if p == nil {
		return
	}
	p.heard(now, k.interval)
	switch m.Kind {
	case meet, answer:
		k.compare(m, p)
	case news:
		k.learn(m)
	case ack:
		p.acked = max(p.acked, m.Version)
	case gap:
		k.sendState(m.From, k.self)
	}
}

// compare sends what the peer lacks, and has it send what is lacking here.
func (k *keeper) compare(m message, p *peer) {
	for _, theirs := range m.Digest {
		if theirs.Owner == k.self {
			p.acked = max(p.acked, theirs.Version)
		}
	}
	k.registry.mu.RLock()
	newer := k.replica.newer(m.Digest)
	k.registry.mu.RUnlock()
	for _, owner := range newer {
		k.sendState(m.From, owner)
	}
	if m.Kind == meet {
		k.sendDigest(m.From, answer)
	}
}

// learn takes an update in. Its owner is told how far it has come.
func (k *keeper) learn(m message) {
	k.registry.mu.Lock()
	verdict, keys := k.replica.apply(m.Update)
	version := k.replica.version(m.Update.Owner)
	k.registry.mu.Unlock()
	k.registry.notify(keys...)
	if m.From != m.Update.Owner {
		return
	}
	switch verdict {
	case applied, upToDate:
		k.send(m.From, message{Kind: ack, Version: version})
	case tooNew:
		k.send(m.From, message{Kind: gap})
	}
}

func (k *keeper) sendState(to, owner Node) {
	k.registry.mu.RLock()
	u := k.replica.state(owner)
	k.registry.mu.RUnlock()
	k.send(to, message{Kind: news, Update: u})
}

func (k *keeper) sendDigest(to Node, kind kind) {
	k.registry.mu.RLock()
	digest := k.replica.digest()
	k.registry.mu.RUnlock()
	k.send(to, message{Kind: kind, Digest: digest})
}

// sendDigests sends those that are due.
func (k *keeper) sendDigests(now time.Time) {
	for _, node := range k.peers.sorted() {
		if p := k.peers[node]; p.lacks(k.spread) && !now.Before(p.due) {
			p.later(now, k.interval)
			k.sendDigest(node, meet)
		}
	}
	if !k.cut || now.Before(k.turnDue) {
		return
	}
	k.turnDue = now.Add(k.interval)
	nodes := k.peers.sorted()
	for range nodes {
		k.turn++
		node := nodes[k.turn%len(nodes)]
		if p := k.peers[node]; p.met && p.reachable {
			k.sendDigest(node, meet)
			return
		}
	}
}

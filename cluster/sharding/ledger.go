package sharding

import (
	"cmp"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// ledger is the coordinator's book of which shard is where. It has no clock and sends
// nothing: it is told what happens, and collects the orders that follow. Being told
// something twice does no harm.
type ledger struct {
	strategy Allocation
	regions  map[node]*account
	// awaited are the members that may host shards and have not said so yet. Until there
	// are none, no shard is allocated that somebody might have.
	awaited map[node]bool
	closed  bool // no shard is allocated at all yet
	shards  map[string]*holding
	doubles map[double]bool
	wanted  map[string]uint64 // shards that wait for a home, with their line, 0 for a new one
	away    map[node]bool     // members that cannot be reached: they get no more shards
	orders  []order
	serial  uint64        // the last tenure that was begun
	lines   func() uint64 // returns the number of a new line
}

// account is a region that has registered.
type account struct {
	proxy, leaving bool
	ending         []string // shards that it gave up already when it registered
}

// holding is a shard that a region has, or is about to have.
type holding struct {
	owner               node
	phase               phase
	line, tenure, round uint64
}

// double is a second home of a shard: two clusters have become one. It has to go.
type double struct {
	owner  node
	shard  string
	tenure uint64
}

func (d double) compare(other double) int {
	return cmp.Or(cmp.Compare(d.shard, other.shard), d.owner.Compare(other.owner), cmp.Compare(d.tenure, other.tenure))
}

type phase uint8

const (
	starting phase = iota // was told to host it, or of its new tenure, and has not answered
	running
	moving // was told to hand it off, and has not answered
)

// order is what the coordinator has to tell a region, or all of them.
type order struct {
	kind  controlKind // host, handOff or homeIs
	to    node        // zero: everybody
	shard string
	owner node // in homeIs

	line, tenure, round uint64
}

// newLedger returns an empty book. Tenures that it begins have numbers above serial. Its
// lines have numbers that no other coordinator chooses, whatever its clock says.
func newLedger(s Allocation, serial uint64, draw func() uint64) *ledger {
	return &ledger{
		strategy: s, serial: serial, lines: func() uint64 { return draw() | 1 }, regions: map[node]*account{}, awaited: map[node]bool{},
		shards: map[string]*holding{}, doubles: map[double]bool{}, wanted: map[string]uint64{}, away: map[node]bool{},
	}
}

// heard keeps the tenures to come above one that a region has heard of.
func (l *ledger) heard(tenure uint64) { l.serial = max(l.serial, tenure) }

// register notes a region with what it hosts, and what it has handed off without hearing
// who got it: if nobody has, its line goes on.
func (l *ledger) register(n node, a account, claims, parted []claim) {
	for other := range l.regions {
		if other.Address == n.Address && other.Incarnation < n.Incarnation {
			l.forget(other) // there is one node at an address at a time
		}
	}
	l.regions[n] = &a
	delete(l.awaited, n)
	for _, c := range claims {
		switch h := l.shards[c.Shard]; {
		case h == nil:
			l.accept(n, c)
		case h.owner == n && h.tenure == c.Tenure:
			h.round = c.Round
			if h.phase == running {
				l.announce(c.Shard)
			}
		case h.owner == n && h.phase == starting && h.line == c.Line: // it will hear of its new tenure
		case h.owner == n:
			l.accept(n, c)
		case h.news(c.Shard).before(news{c, n}): // the later one is what others believe
			l.end(double{h.owner, c.Shard, h.tenure})
			l.accept(n, c)
		default:
			l.end(double{n, c.Shard, c.Tenure})
		}
	}
	for _, shard := range l.owned(n) {
		if !slices.ContainsFunc(claims, func(c claim) bool { return c.Shard == shard }) { // it has never heard of it
			l.free(shard, 0)
		}
	}
	for _, c := range parted {
		if l.shards[c.Shard] == nil {
			l.wanted[c.Shard] = max(l.wanted[c.Shard], c.Line)
		}
	}
	l.proceed()
}

// accept notes a shard that a region claims to host.
func (l *ledger) accept(n node, c claim) {
	h := &holding{owner: n, phase: running, line: c.Line, tenure: c.Tenure, round: c.Round}
	l.shards[c.Shard] = h
	delete(l.wanted, c.Shard)
	if slices.Contains(l.regions[n].ending, c.Shard) {
		h.phase = moving
	} else {
		l.announce(c.Shard)
	}
}

// end has a second home given up.
func (l *ledger) end(d double) {
	l.doubles[d] = true
	l.orders = append(l.orders, order{kind: handOff, to: d.owner, shard: d.shard, tenure: d.tenure})
}

// settle notes that a member has no region.
func (l *ledger) settle(n node) {
	if l.awaited[n] {
		delete(l.awaited, n)
		l.proceed()
	}
}

// gone notes that a region has ended, or its node was removed.
func (l *ledger) gone(n node) {
	l.forget(n)
	l.proceed()
}

func (l *ledger) forget(n node) {
	delete(l.regions, n)
	delete(l.awaited, n)
	delete(l.away, n)
	maps.DeleteFunc(l.doubles, func(d double, _ bool) bool { return d.owner == n })
	for _, shard := range l.owned(n) {
		l.free(shard, 0)
	}
}

// leave has a region give up what it hosts.
func (l *ledger) leave(n node) {
	if a := l.regions[n]; a != nil {
		a.leaving = true
		l.proceed()
	}
}

// locate answers where a shard is, or finds a home for it. A region does not ask for what
// it hosts: if it does, it has given the shard up, and its word of that was lost.
func (l *ledger) locate(asker node, shard string) {
	h := l.shards[shard]
	switch {
	case h == nil:
		if _, known := l.wanted[shard]; !known {
			l.wanted[shard] = 0
		}
		l.proceed()
	case h.phase == running && h.owner == asker:
		l.free(shard, 0)
		l.proceed()
	case h.phase == running:
		l.tellHome(asker, shard)
	}
}

// outdated begins a new tenure at the home that a shard has if that is not later than one
// that was heard of: in another cluster, which has become a part of this one. Or those who
// have heard of it would believe that home no more.
func (l *ledger) outdated(c claim) {
	l.heard(c.Tenure)
	if h := l.shards[c.Shard]; h != nil && h.phase == running && h.tenure <= c.Tenure {
		h.tenure, h.round, h.phase = l.next(), 0, starting
		l.instruct(c.Shard)
	}
}

// hosting notes that a region has done as it was told.
func (l *ledger) hosting(n node, c claim) {
	if h := l.shards[c.Shard]; h.isOf(n, c) && h.phase == starting {
		h.phase = running
		l.announce(c.Shard)
		l.proceed()
	}
}

// released notes that a region does not have a shard any more. Its line goes on after a
// hand-off, be it one that an earlier coordinator has begun.
func (l *ledger) released(n node, c claim) {
	delete(l.doubles, double{n, c.Shard, c.Tenure})
	if h := l.shards[c.Shard]; h.isOf(n, c) {
		line := c.Line
		if h.phase == starting {
			line = 0
		}
		l.free(c.Shard, line)
		l.proceed()
	}
}

func (h *holding) news(shard string) news {
	return news{claim{shard, h.line, h.tenure, h.round}, h.owner}
}

// isOf reports whether a claim is about this holding, and not an earlier one.
func (h *holding) isOf(n node, c claim) bool { return h != nil && h.owner == n && h.tenure == c.Tenure }

// proceed draws the consequences: who leaves gives up its shards, those without a home
// get one, and then the load is evened out. A hand-off has to wait for all who may have
// sent the shard something, unless they cannot be reached.
func (l *ledger) proceed() {
	for _, n := range nodesOf(l.regions) {
		if l.regions[n].leaving && !slices.ContainsFunc(slices.Collect(maps.Keys(l.awaited)), func(n node) bool { return !l.away[n] }) {
			l.move(n, l.owned(n))
		}
	}
	regions := l.loads()
	if len(regions) == 0 {
		return
	}
	if len(l.awaited) == 0 && !l.closed {
		for _, shard := range inOrder(l.wanted) {
			l.allocate(shard, regions)
			regions = l.loads()
		}
	}
	if l.isSettled() {
		for _, shard := range l.strategy.Rebalance(regions) {
			if h := l.shards[shard]; h != nil {
				l.move(h.owner, []string{shard})
			}
		}
	}
}

func (l *ledger) allocate(shard string, regions []Load) {
	to := l.strategy.Allocate(shard, regions)
	for n := range l.regions {
		if n.Address == to && l.isOpen(n) {
			line := l.wanted[shard]
			if line == 0 {
				line = l.lines()
			}
			delete(l.wanted, shard)
			l.shards[shard] = &holding{owner: n, line: line, tenure: l.next()}
			l.instruct(shard)
			return
		}
	}
}

func (l *ledger) move(from node, shards []string) {
	for _, shard := range shards {
		if h := l.shards[shard]; h.owner == from && h.phase == running {
			h.phase = moving
			l.instruct(shard)
		}
	}
}

func (l *ledger) free(shard string, line uint64) {
	delete(l.shards, shard)
	l.wanted[shard] = line
}

// announce tells everybody where a shard is.
func (l *ledger) announce(shard string) { l.tellHome(node{}, shard) }

func (l *ledger) tellHome(to node, shard string) {
	h := l.shards[shard]
	l.orders = append(l.orders, order{kind: homeIs, to: to, shard: shard, owner: h.owner, line: h.line, tenure: h.tenure, round: h.round})
}

// isOpen reports whether a region may get more shards.
func (l *ledger) isOpen(n node) bool {
	a := l.regions[n]
	return a != nil && !a.proxy && !a.leaving && !l.away[n]
}

// isSettled reports whether every shard is where it was meant to be.
func (l *ledger) isSettled() bool {
	return !l.closed && !l.expects() && len(l.wanted) == 0 && len(l.awaited) == 0
}

// loads returns what the open regions have, by address.
func (l *ledger) loads() []Load {
	at := map[transport.Address]int{}
	var loads []Load
	for n := range l.regions {
		if l.isOpen(n) {
			loads = append(loads, Load{Address: n.Address})
		}
	}
	slices.SortFunc(loads, func(x, y Load) int { return cmp.Compare(x.Address, y.Address) })
	for i, load := range loads {
		at[load.Address] = i
	}
	for _, shard := range inOrder(l.shards) {
		h := l.shards[shard]
		if i, ok := at[h.owner.Address]; ok && h.phase != moving {
			loads[i].Shards = append(loads[i].Shards, shard)
		}
	}
	return loads
}

func (l *ledger) owned(n node) []string {
	var shards []string
	for shard, h := range l.shards {
		if h.owner == n {
			shards = append(shards, shard)
		}
	}
	slices.Sort(shards)
	return shards
}

// remind repeats the orders that nobody has answered yet.
func (l *ledger) remind() {
	for _, shard := range inOrder(l.shards) {
		l.instruct(shard)
	}
	for _, d := range slices.SortedFunc(maps.Keys(l.doubles), double.compare) {
		l.end(d)
	}
}

// instruct orders what the phase of a shard calls for.
func (l *ledger) instruct(shard string) {
	h := l.shards[shard]
	o := order{kind: host, to: h.owner, shard: shard, line: h.line, tenure: h.tenure}
	switch h.phase {
	case running:
		return
	case moving:
		o.kind = handOff
	}
	l.orders = append(l.orders, o)
}

func (l *ledger) next() uint64 {
	l.serial++
	return l.serial
}

// expects reports whether an order is not answered yet.
func (l *ledger) expects() bool {
	if len(l.doubles) > 0 {
		return true
	}
	for _, h := range l.shards {
		if h.phase != running {
			return true
		}
	}
	return false
}

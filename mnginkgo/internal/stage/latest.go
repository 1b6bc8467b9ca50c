package stage

import (
	"slices"
	"sync"
)

// limit bounds what is remembered of a kind: the last before a failure count, and a spec that goes on without
// end must not fill the memory of process 1.
const limit = 5000

// latest are the last of many, up to the limit.
type latest[T any] struct {
	mu     sync.Mutex
	all    []T
	before int // how many there were before these
}

// add adds one, and returns its number for change.
func (l *latest[T]) add(one T) (number int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= 2*limit {
		l.all = append(l.all[:0], l.all[limit:]...)
		l.before += limit
	}
	l.all = append(l.all, one)
	return l.before + len(l.all) - 1
}

// change changes one, if it is there still.
func (l *latest[T]) change(number int, how func(*T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := number - l.before; i >= 0 {
		how(&l.all[i])
	}
}

// last returns the last ones, and how many were before them.
func (l *latest[T]) last() (all []T, before int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	extra := max(len(l.all)-limit, 0)
	return slices.Clone(l.all[extra:]), l.before + extra
}

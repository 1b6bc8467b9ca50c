package durations

import (
	"os"
	"sync"
)

// Lent are the defaults of one process, which another is to have for a time.
type Lent struct {
	Process  int // its id; 0 if its Gomega's defaults are not known
	Defaults Defaults
}

// Lend returns the defaults that Gomega has in this process.
func Lend() Lent {
	d, known := InForce()
	if !known {
		return Lent{}
	}
	return Lent{os.Getpid(), d}
}

// Loan keeps the defaults of this process while Gomega has those of another. The zero Loan
// is ready for use.
type Loan struct {
	mu  sync.Mutex
	own *Defaults // nil if Gomega has them
}

// Take gives Gomega the defaults of another process.
func (l *Loan) Take(lent Lent) {
	if lent.Process == 0 || lent.Process == os.Getpid() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now, known := InForce(); known && l.own == nil {
		l.own = &now
	}
	lent.Defaults.Set()
}

// Return gives Gomega those of this process again.
func (l *Loan) Return() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.own != nil {
		l.own.Set()
		l.own = nil
	}
}

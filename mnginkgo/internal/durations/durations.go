package durations

import (
	"os"
	"reflect"
	"sync"
	"time"

	"github.com/onsi/gomega"
)

// Defaults are Gomega's: the timeout and the polling interval of Eventually, then the
// duration and the polling interval of Consistently.
type Defaults struct {
	Of       [4]time.Duration
	Enforced bool // with a context, too
}

// knobs are what Gomega has for each, see duration_bundle.go in its package internal.
var knobs = [4]struct {
	field, variable string
	builtIn         time.Duration
	set             func(time.Duration)
}{
	{"EventuallyTimeout", "GOMEGA_DEFAULT_EVENTUALLY_TIMEOUT", time.Second, gomega.SetDefaultEventuallyTimeout},
	{"EventuallyPollingInterval", "GOMEGA_DEFAULT_EVENTUALLY_POLLING_INTERVAL", 10 * time.Millisecond, gomega.SetDefaultEventuallyPollingInterval},
	{"ConsistentlyDuration", "GOMEGA_DEFAULT_CONSISTENTLY_DURATION", 100 * time.Millisecond, gomega.SetDefaultConsistentlyDuration},
	{"ConsistentlyPollingInterval", "GOMEGA_DEFAULT_CONSISTENTLY_POLLING_INTERVAL", 10 * time.Millisecond, gomega.SetDefaultConsistentlyPollingInterval},
}

// inEnvironment says which of them the environment had when Gomega read it.
var inEnvironment = func() (are [4]bool) {
	for i, knob := range knobs {
		are[i] = os.Getenv(knob.variable) != ""
	}
	return are
}()

// InForce returns the defaults that Gomega has now, and false if this Gomega keeps them
// elsewhere than the one that this package was written for.
func InForce() (d Defaults, ok bool) {
	holder := reflect.Indirect(reflect.ValueOf(innermost()))
	defer func() { ok = recover() == nil }() // reflection panics of a field that is not there
	bundle := holder.FieldByName("DurationBundle")
	for i, knob := range knobs {
		d.Of[i] = bundle.FieldByName(knob.field).Interface().(time.Duration)
	}
	d.Enforced = bundle.FieldByName("EnforceDefaultTimeoutsWhenUsingContexts").Interface().(bool)
	return d, true
}

// innermost returns what has the defaults: a user may have put a Gomega of their own around
// it.
func innermost() any {
	if outer, ok := gomega.Default.(interface{ Inner() gomega.Gomega }); ok {
		return outer.Inner()
	}
	return gomega.Default
}

// Set gives Gomega those of the durations that are chosen, where it has others.
func Set(to [4]time.Duration, chosen [4]bool) {
	now, known := InForce()
	for i, knob := range knobs {
		if chosen[i] && (!known || now.Of[i] != to[i]) { // setting what is set could be a data race
			knob.set(to[i])
		}
	}
}

// Set gives Gomega these defaults, where it has others.
func (d Defaults) Set() {
	Set(d.Of, [4]bool{true, true, true, true})
	now, known := InForce()
	switch {
	case known && now.Enforced == d.Enforced:
	case d.Enforced:
		gomega.EnforceDefaultTimeoutsWhenUsingContexts()
	default:
		gomega.DisableDefaultTimeoutsWhenUsingContext()
	}
}

// Unsaid reports which of the defaults are still those that Gomega comes with, as neither
// the environment nor a call of SetDefault... has said anything about them.
func Unsaid() (are [4]bool) {
	now, known := InForce()
	for i, knob := range knobs {
		are[i] = !inEnvironment[i] && (!known || now.Of[i] == knob.builtIn)
	}
	return are
}

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

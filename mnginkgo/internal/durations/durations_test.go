package durations_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
)

// If this fails, Gomega keeps its defaults elsewhere, or comes with others.
func TestGomegaKeepsItsDefaultsWhereTheyAreLookedFor(t *testing.T) {
	builtIn := durations.Defaults{Of: [4]time.Duration{time.Second, 10 * time.Millisecond, 100 * time.Millisecond, 10 * time.Millisecond}}
	got, ok := durations.InForce()
	if !ok || got != builtIn {
		t.Fatalf("Gomega comes with %v, %t; want %v", got, ok, builtIn)
	}
	defer builtIn.Set()
	if unsaid := durations.Unsaid(); unsaid != [4]bool{true, true, true, true} {
		t.Errorf("unsaid are %v, want all", unsaid)
	}
	gomega.SetDefaultEventuallyTimeout(1 * time.Hour)
	gomega.SetDefaultEventuallyPollingInterval(2 * time.Hour)
	gomega.SetDefaultConsistentlyDuration(3 * time.Hour)
	gomega.SetDefaultConsistentlyPollingInterval(4 * time.Hour)
	gomega.EnforceDefaultTimeoutsWhenUsingContexts()
	want := durations.Defaults{Of: [4]time.Duration{1 * time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour}, Enforced: true}
	if got, ok := durations.InForce(); !ok || got != want {
		t.Errorf("once set, Gomega has %v, %t; want %v", got, ok, want)
	}
	if unsaid := durations.Unsaid(); unsaid != [4]bool{} {
		t.Errorf("once set, unsaid are %v, want none", unsaid)
	}
	gomega.Default = around{gomega.Default}
	defer func() { gomega.Default = gomega.Default.(around).Gomega }()
	if got, ok := durations.InForce(); !ok || got != want {
		t.Errorf("in another's Gomega there are %v, %t; want %v", got, ok, want)
	}
	builtIn.Set()
	if got, ok := durations.InForce(); !ok || got != builtIn {
		t.Errorf("once set back, Gomega has %v, %t; want %v", got, ok, builtIn)
	}
}

// around is what a user may have put around Gomega.
type around struct{ gomega.Gomega }

func (a around) Inner() gomega.Gomega { return a.Gomega }

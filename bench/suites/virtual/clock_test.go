package virtual_test

import (
	"time"

	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
	"github.com/7aca83c2/multinode/bench/internal/idle"
)

// The clock answers from outside of all bubbles.
var (
	ask   = make(chan struct{})
	tells = make(chan time.Time)
)

func clock() {
	for range ask {
		tells <- time.Now()
	}
}

func now() time.Time {
	ask <- struct{}{}
	return <-tells
}

// measure tells how many seconds of virtual time pass while a cluster does something: in a second of real time, and in one
// on a CPU, which says more when the machine does other things as well.
func measure(what string, window time.Duration, do func(time.Duration)) {
	began, before := now(), used()
	do(window)
	took, on := now().Sub(began), used()-before
	Expect(figures.Tell(what, window.Seconds()/took.Seconds())).To(Succeed())
	Expect(figures.Tell(what+", on a CPU", window.Seconds()/on.Seconds())).To(Succeed())
}

func used() time.Duration {
	total, err := idle.Total()
	Expect(err).NotTo(HaveOccurred())
	return total
}

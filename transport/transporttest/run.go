package transporttest

import (
	"runtime"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Maker returns a function that makes a Network for a node on sw, whenever it is
// called. What it starts it ends with t.Cleanup.
type Maker func(t testing.TB, sw *transport.Switch) func() transport.Network

// Option is a choice made in Run.
type Option interface{ apply(*suite) }

type option func(*suite)

func (o option) apply(s *suite) { o(s) }

// Within has each case run by run, as testing/synctest.Test does it. By default a
// case runs on its own.
func Within(run func(t *testing.T, body func(*testing.T))) Option {
	return option(func(s *suite) { s.within = run })
}

type suite struct {
	make   Maker
	within func(*testing.T, func(*testing.T))
}

// testCase is one promise.
type testCase struct {
	sentence string
	body     func(*world)
}

// Run checks all promises, each in a subtest.
func Run(t *testing.T, networks Maker, options ...Option) {
	s := &suite{networks, func(t *testing.T, body func(*testing.T)) { body(t) }}
	for _, o := range options {
		o.apply(s)
	}
	before := runtime.NumGoroutine()
	for _, cases := range [][]testCase{deliveryCases, refusalCases, cutCases, closeCases, severalCases, ruleCases, countCases} {
		for _, c := range cases {
			t.Run(c.sentence, func(t *testing.T) {
				s.within(t, func(t *testing.T) { c.body(newWorld(t, s.make)) })
			})
		}
	}
	t.Run("no goroutine is left", func(t *testing.T) { checkGoroutines(t, before) })
}

func checkGoroutines(t *testing.T, before int) {
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before+1 { // this subtest has one itself
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine()-1, before, stacks[:runtime.Stack(stacks, true)])
		}
		time.Sleep(time.Millisecond)
	}
}

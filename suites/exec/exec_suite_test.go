//go:build unix

// Package exec_test proves that a program that knows nothing of the harness can be a node:
// it is reached, cut, killed and started again like any other.
package exec_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// TestMain is also the program of these specs.
func TestMain(m *testing.M) {
	if what := os.Getenv("PROGRAM"); what != "" {
		if what == "work" || what == "worker" {
			os.Exit(work(what))
		}
		os.Exit(program(what, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func TestExec(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Exec")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

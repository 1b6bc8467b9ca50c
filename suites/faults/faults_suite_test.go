// Package faults_test measures what each fault does to frames.
package faults_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestFaults(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(VirtualTime(t), "Faults")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

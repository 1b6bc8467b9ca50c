package mnginkgo

import (
	"os"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
)

// config is what ginkgo.yml and the environment say, and configError what is wrong
// with it, which the first node of the tree reports.
var config, configError = loadConfig()

func loadConfig() (settings.Settings, error) {
	dir, err := os.Getwd() // of a test binary: the folder of its package
	if err != nil {
		return settings.Default(), err
	}
	s, err := settings.Load(dir, os.Environ())
	if err == nil {
		gomega.SetDefaultEventuallyTimeout(s.EventuallyTimeout)
		gomega.SetDefaultEventuallyPollingInterval(s.EventuallyPolling)
		gomega.SetDefaultConsistentlyDuration(s.ConsistentlyDuration)
		gomega.SetDefaultConsistentlyPollingInterval(s.ConsistentlyPolling)
		// Without this, Eventually(ctx, ...) has no timeout of its own, and a spec without
		// SpecTimeout waits for ever for a cluster that never gets there.
		gomega.EnforceDefaultTimeoutsWhenUsingContexts()
	}
	return s, err
}

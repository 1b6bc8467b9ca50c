package mnginkgo

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/transport"
)

// config is what ginkgo.yml and the environment say, and configError what is wrong
// with it, which the first node of the tree with MultiNode reports.
var (
	config      = settings.Default()
	configError error
)

// configure reads the settings and has Gomega heed them. The first MultiNode of the tree
// calls it: a suite without one is none of this package's business.
var configure = sync.OnceFunc(func() { configError = loadConfig() })

func loadConfig() error {
	dir, err := origin.Dir()
	if err != nil {
		return err
	}
	if config, err = settings.Load(dir, origin.Environ()); err != nil {
		return err
	}
	durations.Set(waits(), durations.Unsaid())
	insist()
	// Without this, Eventually(ctx, ...) has no timeout of its own, and a spec without
	// SpecTimeout waits for ever for a cluster that never gets there.
	gomega.EnforceDefaultTimeoutsWhenUsingContexts()
	return nil
}

// insist has Gomega heed what was said of its durations in ginkgo.yml or the environment,
// whatever the suite itself has set.
func insist() {
	var given [4]bool
	for i, name := range [...]string{"eventually-timeout", "eventually-polling", "consistently-duration", "consistently-polling"} {
		given[i] = config.Given.Has(name)
	}
	durations.Set(waits(), given)
}

// waits returns the settings that are Gomega's, in the order of durations.Defaults.
func waits() [4]time.Duration {
	return [...]time.Duration{config.EventuallyTimeout, config.EventuallyPolling, config.ConsistentlyDuration, config.ConsistentlyPolling}
}

// switchOptions are the options of every Switch.
func switchOptions() (options []transport.Option) {
	if records() {
		options = append(options, transport.WithRecord())
	}
	if config.Trace {
		options = append(options, transport.WithTrace(func(f transport.Frame, v transport.Verdict) {
			fmt.Fprintf(os.Stderr, "multinode: %s %d bytes %s %s\n", f.Link, len(f.Payload), v.Fate, v.Reason)
		}))
	}
	return options
}

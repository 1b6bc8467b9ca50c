package wrong_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestWrong(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Wrong")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// asked is what goes wrong, from MN_WRONG.
var asked = func() (w struct{ kind, moment, variant, role, layout string }) {
	fields := append(strings.Fields(os.Getenv("MN_WRONG")), make([]string, 5)...)
	w.kind, w.moment, w.variant, w.role, w.layout = fields[0], fields[1], fields[2], fields[3], fields[4]
	return w
}()

// In an Ordered container all runs in one process, one after another; without, it is spread
// over those that Ginkgo has.
var _ = Describe("before", func() { innocents("in-process", "parallel") })

var _ = func() bool {
	if asked.layout != "ordered" {
		return guilty()
	}
	return Describe("in order", Ordered, ContinueOnFailure, func() {
		Context("first", func() { innocents("in-process", "parallel") })
		guilty()
		Context("last", func() { innocents("in-process", "parallel") })
	})
}()

var _ = Describe("after", func() {
	innocents("isolated")
	members()
})

// options are those of MultiNode in a variant.
func options(variant string) []Option {
	switch variant {
	case "parallel":
		return []Option{Parallel()}
	case "isolated":
		return []Option{Parallel(Isolated())}
	}
	return nil
}

// Processes tell each other how far they are with files.

func mark(event string) {
	_ = os.WriteFile(filepath.Join(os.TempDir(), event), nil, 0o600) // whoever waits for it does so for a while only
}

func marked(event string) bool {
	_, err := os.Stat(filepath.Join(os.TempDir(), event))
	return err == nil
}

// await waits for an event, or until is returns true, or for a while.
func await(event string, is func() bool) {
	for start := time.Now(); !marked(event) && !is() && time.Since(start) < 2*time.Second; {
		time.Sleep(time.Millisecond)
	}
}

func never() bool { return false }

// When the spec is over, or all are, what it has left running is given time to go wrong.

var _ = ReportAfterEach(func(report SpecReport) {
	if report.LeafNodeText == "guilty" {
		letGoWrong("over")
	}
})

var _ = SynchronizedAfterSuite(func() {}, func() { letGoWrong("last") })

func letGoWrong(moment string) {
	if asked.moment != moment {
		return
	}
	mark(moment)
	await("acted", never)
	time.Sleep(50 * time.Millisecond) // a process that ends says no more
}

// Ginkgo has no report of all specs if one of its processes ends early, so each is noted.
var _ = ReportAfterEach(func(report SpecReport) {
	line, err := json.Marshal(report)
	Expect(err).NotTo(HaveOccurred())
	file := filepath.Join(os.TempDir(), fmt.Sprintf("specs-%d", GinkgoParallelProcess()))
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(f.Close()).To(Succeed()) }()
	Expect(f.Write(append(line, '\n'))).To(BeNumerically(">", 0))
})

package raftkv_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var (
	enough = regexp.MustCompile(`(\d+) of \d+ faults are enough`)
	more   = regexp.MustCompile(`with these it has failed in (\d+) of \d+ more runs`)
)

var _ = Describe("a stale read", func() {
	// How often the schedule finds it again is in the report of ginkgo -v.
	It("is found with one of a thousand seeds, and again with five faults at most", func(ctx SpecContext) {
		suite := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestRaftKV$", "-ginkgo.focus=virtual time does one thing", "-ginkgo.seed=1", "-ginkgo.no-color")
		suite.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MN_") })
		suite.Env = append(suite.Env, "RAFTKV_LEASE=1s", "MN_CHAOS=1500ms", "MN_SEEDS=1000", "MN_SHRINK=12s", "TMPDIR="+GinkgoT().TempDir())
		out, err := suite.CombinedOutput()
		Expect(err).To(HaveOccurred(), "no stale read was found")
		GinkgoWriter.Printf("%s; %s\n", enough.Find(out), more.Find(out))
		Expect(number(enough, out)).To(BeNumerically("<=", 5), string(out))
		Expect(number(more, out)).To(BeNumerically(">", 0), string(out))
	}, SpecTimeout(time.Minute))
})

// number returns what the group of a pattern is in a text.
func number(pattern *regexp.Regexp, text []byte) int {
	GinkgoHelper()
	found := pattern.FindSubmatch(text)
	Expect(found).NotTo(BeNil(), string(text))
	n, err := strconv.Atoi(string(found[1]))
	Expect(err).NotTo(HaveOccurred())
	return n
}

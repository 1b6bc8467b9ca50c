//go:build unix

package isolated_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// used are the processes that the running spec has had.
var used []int

var _ = JustAfterEach(func(ctx SpecContext) {
	c := ClusterFrom(ctx)
	for _, role := range c.Running() {
		pidOf(ctx, c, role)
	}
})

// A spec is over when its processes are: this comes after the harness has taken them back.
var _ = ReportAfterEach(func(SpecReport) {
	var left []int
	for _, id := range used {
		if !errors.Is(syscall.Kill(id, 0), syscall.ESRCH) { // a zombie is left, too
			left = append(left, id)
		}
	}
	used = nil
	Expect(left).To(BeEmpty(), "processes that outlive their spec")
})

var _ = SynchronizedAfterSuite(func() {}, func() {
	Expect(childrenOf(os.Getpid())).To(BeEmpty(), "children of the broker's process")
})

// childrenOf returns the processes that have a parent, zombies included, on systems that
// tell.
func childrenOf(parent int) (lines []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		var state string
		var of int
		if _, err := fmt.Sscan(rest, &state, &of); err == nil && of == parent {
			lines = append(lines, string(stat))
		}
	}
	return lines
}

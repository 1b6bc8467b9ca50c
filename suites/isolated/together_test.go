//go:build unix

package isolated_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// meet opens a named pipe, which returns when somebody else has opened its other end.
func meet(ctx context.Context, flag int) error {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("multinode-meet-%d", os.Getppid()))
	if err := syscall.Mkfifo(path, 0o600); err != nil && !errors.Is(err, syscall.EEXIST) {
		return err
	}
	met := make(chan error, 1)
	go func() {
		file, err := os.OpenFile(path, flag, 0)
		if err == nil {
			err = file.Close()
		}
		met <- err
	}()
	defer func() { _ = os.Remove(path) }() // the other one removes it, too
	select {
	case err := <-met:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

var _ = Describe("two isolated specs", isolated, func() {
	for _, side := range []struct {
		name string
		flag int
	}{{"one", os.O_RDONLY}, {"the other", os.O_WRONLY}} {
		Describe("run at once: "+side.name, alone(), func() {
			BeforeEach(func() {
				if suite, _ := GinkgoConfiguration(); suite.ParallelTotal < 2 {
					Skip("one Ginkgo process runs one spec at a time")
				}
			})
			It("has its nodes while the other has its own", SpecTimeout(2*time.Minute), func(ctx SpecContext, cluster *Cluster) {
				Expect(meet(ctx, side.flag)).To(Succeed())
				Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			})
		})
	}
})

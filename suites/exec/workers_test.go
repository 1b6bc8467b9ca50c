//go:build unix

package exec_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// workshop is a program with a worker in a session of its own, and one that is a daemon: its
// parent has ended. All count for ever, in a file named after their process.
func workshop(ctx context.Context, env *Env) (Instance, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return Program{Path: self, Env: []string{"PROGRAM=work"}, Ready: "^worker counts"}.Boot(ctx, env)
}

func work(what string) int {
	name := "program"
	if what == "worker" {
		name = what
	} else {
		worker := exec.Command(os.Args[0])
		worker.Env = append(os.Environ(), "PROGRAM=worker")
		worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		worker.Stdout, worker.Stderr = os.Stdout, os.Stderr
		daemon := exec.Command("sh", "-c", `"$0" &`, os.Args[0])
		daemon.Env, daemon.SysProcAttr, daemon.Stderr = worker.Env, &syscall.SysProcAttr{Setsid: true}, os.Stderr
		if err := errors.Join(worker.Start(), daemon.Run()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	f, err := os.Create(fmt.Sprint(os.Getpid(), ".count"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, name, "counts")
	for n := 0; ; n++ {
		_, _ = f.WriteAt([]byte(strconv.Itoa(n)), 0)
	}
}

// countsOf returns where the files of a role's workshop are.
var countsOf = Command(func(_ context.Context, n *Node, _ struct{}) (string, error) {
	return filepath.Join(n.Env().DataDir(), "*.count"), nil
})

// countsIn returns what each process of a workshop has counted, by process id.
func countsIn(pattern string) map[int]string {
	GinkgoHelper()
	names, err := filepath.Glob(pattern)
	Expect(err).NotTo(HaveOccurred())
	counted := map[int]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		Expect(err).NotTo(HaveOccurred())
		var pid int
		Expect(fmt.Sscanf(filepath.Base(name), "%d.count", &pid)).To(Equal(1))
		counted[pid] = string(text)
	}
	return counted
}

var _ = Describe("a program with workers", MultiNode(Roles("a", "b"), Boot(workshop), Parallel(Isolated())),
	Label("exec", "pause", variants.Isolated), func() {
		It("stands still with them once Pause has returned", func(ctx SpecContext, cluster *Cluster) {
			pattern, err := countsOf.On(ctx, cluster.Node("b"), struct{}{})
			Expect(err).NotTo(HaveOccurred())
			for range 20 {
				Eventually(ctx, countsIn).WithArguments(pattern).Should(HaveLen(3))
				cluster.Pause("b")
				before := countsIn(pattern)
				Consistently(ctx, countsIn).WithArguments(pattern).WithTimeout(brief / 10).WithPolling(brief / 100).Should(Equal(before))
				cluster.Resume("b")
				for pid, text := range before {
					Eventually(ctx, func() string { return countsIn(pattern)[pid] }).ShouldNot(Equal(text), "process %d goes on", pid)
				}
			}
		})
	})

var _ = variants.Describe("workers of a program", Roles("a", "b"), Boot(workshop), Label("exec", "crash"), variants.NotVirtual("it runs programs"), variants.AlsoIsolated, func() {
	It("end with it when it is killed", func(ctx SpecContext, cluster *Cluster) {
		pattern, err := countsOf.On(ctx, cluster.Node("b"), struct{}{})
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, countsIn).WithArguments(pattern).Should(HaveLen(3))
		cluster.Crash("b")
		for pid := range countsIn(pattern) {
			Eventually(ctx, gone).WithArguments(pid).Should(BeTrue(), "process %d", pid)
		}
	})
})

//go:build unix

package exec_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

const (
	patient = 10 * time.Second
	brief   = 100 * time.Millisecond
)

// boot runs the program on a and b, each with the other as its peer. Role c has none.
func boot(ctx context.Context, env *Env) (Instance, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	peer, what := "b", "serve"
	if env.Role == "b" {
		peer = "a"
	}
	if env.Data != nil {
		what = env.Data.(string)
	}
	return Program{
		Path: self,
		Args: []string{"{{role}}", "{{listen 7}}", fmt.Sprintf("{{reach %q 7}}", peer)},
		Env:  []string{"PROGRAM=" + what},
		Only: []string{"a", "b"},
	}.Boot(ctx, env)
}

// line is the connection of role c, from one command to the next.
var line struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Reader
}

// connect opens the connection that say uses.
var connect = Command(func(ctx context.Context, n *Node, address string) (struct{}, error) {
	c, err := n.Env().Network.DialContext(ctx, "tcp", address)
	if err != nil {
		return struct{}{}, err
	}
	line.mu.Lock()
	defer line.mu.Unlock()
	line.conn, line.in = c, bufio.NewReader(c)
	return struct{}{}, nil
})

// sentence is what say sends, if anything, and how long it waits for an answer.
type sentence struct {
	Text string
	Wait time.Duration
}

var say = Command(func(_ context.Context, _ *Node, s sentence) (string, error) {
	line.mu.Lock()
	defer line.mu.Unlock()
	if s.Text != "" {
		if _, err := fmt.Fprintln(line.conn, s.Text); err != nil {
			return "", err
		}
	}
	if err := line.conn.SetReadDeadline(time.Now().Add(s.Wait)); err != nil {
		return "", err
	}
	answer, err := line.in.ReadString('\n')
	return strings.TrimSpace(answer), err
})

// identity is what a role knows of its program.
type identity struct {
	PID  int
	Addr string
}

var identify = Command(func(_ context.Context, n *Node, _ struct{}) (identity, error) {
	e, ok := n.Instance().(*External)
	if !ok {
		return identity{}, errors.New("there is no program")
	}
	return identity{e.PID(), e.Addr(7)}, nil
})

// used are the programs that the running spec has had.
var used []int

// programOf returns what a role knows of its program, which is looked for when the spec
// is over.
func programOf(ctx context.Context, c *Cluster, role string) identity {
	GinkgoHelper()
	id, err := identify.On(ctx, c.Node(role), struct{}{})
	Expect(err).NotTo(HaveOccurred())
	used = append(used, id.PID)
	return id
}

// gone reports whether a process has ended. It may be a zombie, as a program whose parent
// was killed is left to somebody else.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

var _ = JustAfterEach(func(ctx SpecContext) {
	c := ClusterFrom(ctx)
	for _, role := range c.Running() {
		if role != "c" {
			programOf(ctx, c, role)
		}
	}
})

// A spec is over when its programs are: this comes after the harness has ended its nodes.
var _ = ReportAfterEach(func(SpecReport) {
	programs := used
	used = nil
	for _, pid := range programs {
		Eventually(gone).WithArguments(pid).Should(BeTrue(), "program %d outlives its spec", pid)
	}
})

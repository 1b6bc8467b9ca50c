package broken_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// A mark says that a process may be killed, and whose process it is. It is a file, named
// after the process, which exists from the boot of a node until that has stopped. Who wants
// to kill the process renames the file first, and a node that cannot remove its mark waits
// to be killed: so whoever has the file knows what the process is killed for.

// marks is the folder of the marks.
var marks = os.Getenv("MN_MARKS")

// mark is what is in the file.
type mark struct {
	Spec, Role  string
	Incarnation uint64
}

func markOf(process int) string { return filepath.Join(marks, strconv.Itoa(process)) }

// firstProcess is a file with the id of process 1.
func firstProcess() string { return filepath.Join(marks, "process-1") }

// nameProcess1 is called in process 1 alone, before all specs.
func nameProcess1(Report) {
	Expect(os.WriteFile(firstProcess(), fmt.Append(nil, os.Getpid()), 0o600)).To(Succeed())
}

// isChild reports whether this process is none of Ginkgo's: process 1 has started it.
func isChild() (bool, error) {
	first, err := os.ReadFile(firstProcess())
	return string(first) == strconv.Itoa(os.Getppid()), err
}

// marked is a node whose process may be killed. That may have had a mark before.
type marked struct {
	*ActorNode
	unmark func()
}

// bootMarked is DefaultBoot in a process that may be killed, unless it is one of Ginkgo's.
func bootMarked(ctx context.Context, env *Env) (Instance, error) {
	unmark, err := putMark(mark{CurrentSpecReport().FullText(), env.Role, env.Incarnation})
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, unmark)() // a boot that is given up is no node's
	instance, err := DefaultBoot(ctx, env)
	wait(ctx)
	if err != nil {
		unmark()
		return nil, err
	}
	return &marked{instance.(*ActorNode), unmark}, nil
}

// wait is what makes boots and stops longer, or hardly anybody would be killed in one.
func wait(ctx context.Context) {
	select {
	case <-time.After(3 * time.Millisecond):
	case <-ctx.Done():
	}
}

// Stop implements Stopper.
func (m *marked) Stop(ctx context.Context) error {
	defer m.unmark()
	err := m.ActorNode.Stop(ctx)
	wait(ctx)
	return err
}

// Crash implements Crasher.
func (m *marked) Crash() {
	defer m.unmark()
	m.ActorNode.Crash()
}

// putMark marks this process and returns what takes the mark away, once.
func putMark(m mark) (unmark func(), err error) {
	if child, err := isChild(); err != nil || !child {
		return func() {}, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	unfinished := markOf(os.Getpid()) + ".new"
	if err := os.WriteFile(unfinished, data, 0o600); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() {
		if os.Remove(markOf(os.Getpid())) != nil {
			select {} // it is about to be killed
		}
	}), os.Rename(unfinished, markOf(os.Getpid()))
}

// spare keeps others from killing the process of an isolated role, as the spec is about to
// do so. If that is too late, it fails of it.
func spare(ctx context.Context, cluster *Cluster, role string) {
	GinkgoHelper()
	process, err := pid.On(ctx, cluster.Node(role), "spared")
	Expect(err).NotTo(HaveOccurred())
	if os.Remove(markOf(process)) != nil {
		Eventually(ctx, cluster.Node(role)).Should(HaveMembers(BeEmpty())) // until it is lost
	}
}

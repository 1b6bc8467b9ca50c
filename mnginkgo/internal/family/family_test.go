//go:build linux || darwin

package family_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/family"
)

// asMember makes a member of a family of the test binary: "busy" counts for ever in a file,
// "parent" starts such, some of them in sessions of their own and one as a daemon, whose parent
// has ended, "forks" starts one after another.
const asMember = "MN_FAMILY_TEST"

func TestMain(m *testing.M) {
	switch os.Getenv(asMember) {
	case "":
		os.Exit(m.Run())
	case "busy":
		count()
	case "parent":
		start("busy", nil)
		start("busy", &syscall.SysProcAttr{Setsid: true})
		start("grandparent", &syscall.SysProcAttr{Setpgid: true})
		_ = start("daemon", &syscall.SysProcAttr{Setsid: true}).Wait()
		count()
	case "daemon":
		start("busy", &syscall.SysProcAttr{Setsid: true})
	case "grandparent":
		start("busy", &syscall.SysProcAttr{Setsid: true})
		count()
	case "forks":
		_, _ = os.Stdout.WriteString("counts\n")
		for {
			_ = start("ends", nil).Wait()
		}
	}
}

func start(as string, attr *syscall.SysProcAttr) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asMember+"="+as)
	cmd.SysProcAttr, cmd.Stdout = attr, os.Stdout
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	return cmd
}

// count writes numbers to a file of its own, and says when it has begun.
func count() {
	f, err := os.Create(filepath.Join(os.Getenv("MN_FAMILY_DIR"), strconv.Itoa(os.Getpid())))
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString("counts\n")
	for n := 0; ; n++ {
		_, _ = f.WriteAt([]byte(strconv.Itoa(n)), 0)
	}
}

// grown starts a family whose first member is as, and waits until so many of them count.
func grown(t *testing.T, as string, members int) (f *family.Family, id int, dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("MN_FAMILY_DIR", dir)
	t.Setenv(asMember, as)
	cmd := exec.Command(os.Args[0])
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	f = family.Mark(cmd)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); members > 0 && lines.Scan(); {
		members--
	}
	return f, cmd.Process.Pid, dir
}

func pause(t *testing.T, f *family.Family) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := f.Pause(ctx); err != nil {
		t.Fatal(err)
	}
}

// counts returns what the members have written.
func counts(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		counts[name] = string(text)
	}
	return counts
}

func TestPauseReturnsWhenAllOfThemStandStill(t *testing.T) {
	g := gomega.NewWithT(t)
	f, _, dir := grown(t, "parent", 6)
	for range 5 {
		pause(t, f)
		before := counts(t, dir)
		g.Consistently(func() map[string]string { return counts(t, dir) }, 5*time.Millisecond, time.Millisecond).Should(gomega.Equal(before))
		if err := f.Resume(); err != nil {
			t.Fatal(err)
		}
		for name := range before {
			g.Eventually(func() string { return counts(t, dir)[name] }, 20*time.Second).ShouldNot(gomega.Equal(before[name]))
		}
	}
}

func TestPauseStopsOneThatStartsOthersAllTheTime(t *testing.T) {
	f, _, _ := grown(t, "forks", 1)
	for range 20 {
		pause(t, f)
		if err := f.Resume(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPauseEndsWithItsContext(t *testing.T) {
	f, id, _ := grown(t, "busy", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := fmt.Sprintf("still running after SIGSTOP: [%d]: context canceled", id)
	if err := f.Pause(ctx); err == nil || err.Error() != want {
		t.Errorf("%v\nnot %s", err, want)
	}
}

func TestKillEndsAllOfThem(t *testing.T) {
	g := gomega.NewWithT(t)
	f, _, dir := grown(t, "parent", 6)
	if err := f.Kill(); err != nil {
		t.Fatal(err)
	}
	for name := range counts(t, dir) {
		member, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			t.Fatal(err)
		}
		g.Eventually(alive, 20*time.Second).WithArguments(member).Should(gomega.BeFalse())
	}
}

func TestWhatAProcessLeavesBehindCanBeKilled(t *testing.T) {
	g := gomega.NewWithT(t)
	f, id, dir := grown(t, "parent", 6)
	left, err := f.Members()
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(syscall.Kill(id, syscall.SIGKILL)).To(gomega.Succeed())
	g.Eventually(alive, 20*time.Second).WithArguments(id).Should(gomega.BeFalse())
	g.Expect(left.Kill()).To(gomega.Succeed())
	for name := range counts(t, dir) {
		member, err := strconv.Atoi(filepath.Base(name))
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Eventually(alive, 20*time.Second).WithArguments(member).Should(gomega.BeFalse())
	}
}

func TestWaitKillsWhatTheProcessLeavesBehind(t *testing.T) {
	g := gomega.NewWithT(t)
	var out bytes.Buffer // no file: Wait returns once nobody holds it open, or with an error
	cmd := exec.Command("sh", "-c", `sh -c 'echo $$; exec sleep 500' & (sh -c 'sleep 500 & echo $!' &); sleep 0.3; exit 3`)
	cmd.Stdout, cmd.WaitDelay = &out, 10*time.Second
	f := family.Mark(cmd)
	g.Expect(cmd.Start()).To(gomega.Succeed())
	g.Expect(f.Wait()).To(gomega.MatchError("exit status 3"))
	left := strings.Fields(out.String())
	g.Expect(left).To(gomega.HaveLen(2))
	for _, text := range left {
		id, err := strconv.Atoi(text)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Eventually(alive).WithArguments(id).Should(gomega.BeFalse())
	}
}

func TestNobodyIsThere(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	f := family.Mark(cmd)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	pause(t, f)
	if err := f.Kill(); err != nil {
		t.Error(err)
	}
}

//go:build linux || darwin

package process

import (
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
		startAs("busy", nil)
		startAs("busy", &syscall.SysProcAttr{Setsid: true})
		startAs("grandparent", &syscall.SysProcAttr{Setpgid: true})
		_ = startAs("daemon", &syscall.SysProcAttr{Setsid: true}).Wait()
		count()
	case "daemon":
		startAs("busy", &syscall.SysProcAttr{Setsid: true})
	case "grandparent":
		startAs("busy", &syscall.SysProcAttr{Setsid: true})
		count()
	case "forks":
		_, _ = os.Stdout.WriteString("counts\n")
		for {
			_ = startAs("ends", nil).Wait()
		}
	}
}

func startAs(as string, attr *syscall.SysProcAttr) *exec.Cmd {
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
func grown(t *testing.T, as string, members int) (p *Process, dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("MN_FAMILY_DIR", dir)
	t.Setenv(asMember, as)
	cmd := exec.Command(os.Args[0])
	Detach(cmd)
	lines := make(chan string, 1000)
	p, err := Start(cmd, NewOutput(func(line string) { lines <- line }, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Kill()
		<-p.Done()
	})
	for range members {
		<-lines
	}
	return p, dir
}

func pause(t *testing.T, pause func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := pause(ctx); err != nil {
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
	p, dir := grown(t, "parent", 6)
	for range 5 {
		pause(t, p.Pause)
		before := counts(t, dir)
		g.Consistently(func() map[string]string { return counts(t, dir) }, 5*time.Millisecond, time.Millisecond).Should(gomega.Equal(before))
		if err := p.Resume(); err != nil {
			t.Fatal(err)
		}
		for name := range before {
			g.Eventually(func() string { return counts(t, dir)[name] }, 20*time.Second).ShouldNot(gomega.Equal(before[name]))
		}
	}
}

func TestPauseStopsOneThatStartsOthersAllTheTime(t *testing.T) {
	p, _ := grown(t, "forks", 1)
	for range 20 {
		pause(t, p.Pause)
		if err := p.Resume(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPauseEndsWithItsContext(t *testing.T) {
	p, _ := grown(t, "busy", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := fmt.Sprintf("still running after SIGSTOP: [%d]: context canceled", p.ID())
	if err := p.Pause(ctx); err == nil || err.Error() != want {
		t.Errorf("%v\nnot %s", err, want)
	}
}

func TestKillEndsAllOfThem(t *testing.T) {
	g := gomega.NewWithT(t)
	p, dir := grown(t, "parent", 6)
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	for name := range counts(t, dir) {
		member, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			t.Fatal(err)
		}
		g.Expect(alive(member)).To(gomega.BeFalse())
	}
}

func TestWhatAProcessLeavesBehindCanBeKilled(t *testing.T) {
	g := gomega.NewWithT(t)
	p, dir := grown(t, "parent", 6)
	killLeft := p.family.started()
	g.Expect(syscall.Kill(p.ID(), syscall.SIGKILL)).To(gomega.Succeed())
	g.Eventually(alive, 20*time.Second).WithArguments(p.ID()).Should(gomega.BeFalse())
	g.Expect(killLeft()).To(gomega.Succeed())
	for name := range counts(t, dir) {
		member, err := strconv.Atoi(filepath.Base(name))
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(alive(member)).To(gomega.BeFalse())
	}
}

func TestWhatAProcessLeavesBehindIsKilledAtItsEnd(t *testing.T) {
	g := gomega.NewWithT(t)
	out := NewOutput(func(string) {}, nil)
	began := time.Now()
	cmd := exec.Command("sh", "-c", `sh -c 'echo $$; exec sleep 500' & (sh -c 'sleep 500 & echo $!' &); sleep 0.3; exit 3`)
	cmd.WaitDelay = 10 * time.Second
	p, err := Start(cmd, out)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	<-p.Done()
	g.Expect(time.Since(began)).To(gomega.BeNumerically("<", cmd.WaitDelay), "something held its output open")
	how, ended := p.Manner()
	g.Expect(ended).To(gomega.BeTrue())
	g.Expect(how).To(gomega.Equal(Manner{Text: "exit status 3", Code: 3}))
	left := strings.Fields(out.String())
	g.Expect(left).To(gomega.HaveLen(2))
	for _, text := range left {
		id, err := strconv.Atoi(text)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(alive(id)).To(gomega.BeFalse())
	}
}

func TestNobodyIsThere(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	f := markFamily(cmd)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	f.id = cmd.Process.Pid
	pause(t, f.pause)
	if err := f.kill(); err != nil {
		t.Error(err)
	}
}

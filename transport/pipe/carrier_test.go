//go:build linux || darwin

package pipe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// TestMain lets the test binary be the child that TestForChild starts.
func TestMain(m *testing.M) {
	carrier, ok, err := pipe.Inherited()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case ok:
		os.Exit(serveAsChild(carrier))
	}
	os.Exit(m.Run())
}

// serveAsChild sends back whatever the node receives, until the link ends.
func serveAsChild(carrier pipe.Carrier) int {
	host := pipe.NewHost("child", carrier)
	host.Start()
	var e transport.Endpoint
	opened := make(chan struct{})
	e, err := host.Open("child", func(from transport.Address, payload []byte) {
		<-opened
		_ = e.Send(from, payload)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	close(opened)
	_, _ = exec.Command("true").CombinedOutput() // would keep the pipes if it got them
	<-host.Done()
	return 0
}

// echo checks that a link works, by way of a node "child" at its other end.
func echo(t *testing.T, sw *transport.Switch) {
	t.Helper()
	heard := make(chan string, 1)
	us := link(t, "us", sw)
	e := open(t, us, "us", func(_ transport.Address, payload []byte) { heard <- string(payload) })
	for deadline := time.Now().Add(30 * time.Second); ; {
		_ = e.Send("child", []byte("hello"))
		select {
		case got := <-heard:
			if got != "hello" {
				t.Errorf("heard %q", got)
			}
			return
		case <-time.After(10 * time.Millisecond): // it has not opened yet
			if time.Now().After(deadline) {
				t.Fatal("no echo")
			}
		}
	}
}

func TestForChild(t *testing.T) {
	files := openFiles(t)
	cmd := exec.Command(os.Args[0])
	cmd.Stderr = os.Stderr
	carrier, afterStart, err := pipe.ForChild(cmd)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Start()
	afterStart()
	if err != nil {
		t.Fatal(err)
	}
	sw := transport.NewSwitch()
	line := pipe.NewLine("child", carrier)
	line.Use(sw)
	line.Start()
	t.Run("echo", func(t *testing.T) { echo(t, sw) })

	_ = cmd.Process.Kill()
	select {
	case <-line.Done(): // the kernel closed its pipes
	case <-time.After(30 * time.Second):
		t.Error("the end of the child went unnoticed")
	}
	line.Wait()
	_ = cmd.Wait()
	if now := openFiles(t); now != files {
		t.Errorf("%d files are open, %d were before", now, files)
	}
}

func TestInheritedRefusesWhatIsNoPipe(t *testing.T) {
	for value, want := range map[string]string{
		"x": `transport/pipe: MULTINODE_PIPE_FD="x": strconv.Atoi: parsing "x": invalid syntax`,
		"0": `transport/pipe: MULTINODE_PIPE_FD="0": no descriptor of a child's`,
	} {
		t.Setenv("MULTINODE_PIPE_FD", value)
		if _, ok, err := pipe.Inherited(); !ok || err == nil || err.Error() != want {
			t.Errorf("%q: %v", value, err)
		}
		if _, ok := os.LookupEnv("MULTINODE_PIPE_FD"); ok {
			t.Error("the variable is still there")
		}
	}
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(entries)
}

func TestFIFO(t *testing.T) {
	dir := t.TempDir()
	files := openFiles(t)
	l, err := pipe.ListenFIFO(dir, "host-1", "5ec2e7")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "host-1.control.up"))
	if err != nil || info.Mode() != os.ModeNamedPipe|0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	dialled := make(chan pipe.Carrier)
	go func() {
		carrier, err := pipe.DialFIFO(within(t), dir, "host-1", "5ec2e7")
		if err != nil {
			t.Error(err)
		}
		dialled <- carrier
	}()
	ours, err := l.Accept(within(t))
	if err != nil {
		t.Fatal(err)
	}
	theirs := <-dialled
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left in the directory", left)
	}

	sw := transport.NewSwitch()
	line, host := pipe.NewLine("host-1", ours), pipe.NewHost("host-1", theirs)
	line.Use(sw)
	line.Start()
	host.Start()
	heard := make(chan string, 1)
	e := open(t, host, "a", func(_ transport.Address, payload []byte) { heard <- string(payload) })
	_ = e.Send("a", []byte("hello"))
	if got := <-heard; got != "hello" {
		t.Errorf("heard %q", got)
	}
	_ = theirs.Close() // as the end of the host's process does
	<-line.Done()
	line.Wait()
	host.Wait()
	if now := openFiles(t); now != files {
		t.Errorf("%d files are open, %d were before", now, files)
	}
}

func TestTheEndOfTheBrokerIsSeenOverFIFOs(t *testing.T) {
	ours, theirs := dialAndAccept(t, nil)
	_ = ours.Close()
	if n, err := theirs.Control.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("control: %d, %v", n, err)
	}
	if n, err := theirs.Data.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("data: %d, %v", n, err)
	}
	_ = theirs.Close()
}

func TestStrangersAreCutOff(t *testing.T) {
	ours, theirs := dialAndAccept(t, func(dir string) {
		control, err := os.OpenFile(filepath.Join(dir, "host-1.control.up"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer control.Close()
		for { // until the broker lets go of this pipe
			if _, err := io.WriteString(control, strings.Repeat("guess ", 100)); err != nil {
				break
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_, err = pipe.DialFIFO(ctx, dir, "host-1", "wrong secret")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the wrong secret: %v", err)
		}
	})
	_ = ours.Close()
	_ = theirs.Close()
}

// dialAndAccept returns both ends of a Carrier over named pipes; before the host dials
// it calls before.
func dialAndAccept(t *testing.T, before func(dir string)) (ours, theirs pipe.Carrier) {
	dir := t.TempDir()
	l, err := pipe.ListenFIFO(dir, "host-1", "5ec2e7")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan error)
	go func() {
		var err error
		ours, err = l.Accept(within(t))
		accepted <- err
	}()
	if before != nil {
		before(dir)
	}
	theirs, err = pipe.DialFIFO(within(t), dir, "host-1", "5ec2e7")
	if err != nil {
		t.Fatal(err)
	}
	if err := <-accepted; err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func TestAcceptAndDialEndWithTheirContext(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("enough")) })
	l, err := pipe.ListenFIFO(dir, "host-1", "5ec2e7")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`transport/pipe: accept for host "host-1" in %q: no host came: enough`, dir)
	if _, err := l.Accept(ctx); err == nil || err.Error() != want {
		t.Errorf("accept: %v\n   not: %s", err, want)
	}
	want = fmt.Sprintf(`transport/pipe: dial as host "host-1" in %q: enough (last: open %s/host-1.control.down: no such file or directory)`, dir, dir)
	if _, err := pipe.DialFIFO(ctx, dir, "host-1", "5ec2e7"); err == nil || err.Error() != want {
		t.Errorf("dial: %v\n not: %s", err, want)
	}
}

func TestAListenerNeedsTheNameOfAFile(t *testing.T) {
	for _, name := range []string{"", "../x"} {
		if _, err := pipe.ListenFIFO(t.TempDir(), name, "5ec2e7"); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}

package process

import (
	"fmt"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheEndOfAProcessIsKnownOnceItsParentHasReapedIt(t *testing.T) {
	for script, want := range map[string]string{
		"read line; exit 3":     "exit status 3",
		"read line; kill -9 $$": "signal: killed",
	} {
		cmd := exec.Command("sh", "-c", script)
		hold, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		watch := WatchID(cmd.Process.Pid)
		defer watch.Close()
		_ = hold.Close()
		_ = cmd.Wait() // it fails on purpose
		switch got := watch.State(); got {
		case want:
		default:
			if major, minor := kernel(t); got == "" && (major < 6 || major == 6 && minor < 15) {
				t.Skip("this kernel does not tell: PIDFD_GET_INFO came with Linux 6.15")
			}
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
}

func kernel(t *testing.T) (major, minor int) {
	t.Helper()
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &major, &minor); err != nil {
		t.Fatal(err)
	}
	return major, minor
}

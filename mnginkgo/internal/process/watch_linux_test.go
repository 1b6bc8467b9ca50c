package process

import (
	"os/exec"
	"testing"
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
		case "":
			t.Skip("this kernel does not tell: PIDFD_GET_INFO came with Linux 6.15")
		default:
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
}

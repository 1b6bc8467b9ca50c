package broker

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
		must(t, err)
		must(t, cmd.Start())
		watch := watchExit(cmd.Process.Pid)
		defer watch.close()
		must(t, hold.Close())
		_ = cmd.Wait() // it fails on purpose
		switch got := watch.state(); got {
		case want:
		case "":
			t.Skip("this kernel does not tell: PIDFD_GET_INFO came with Linux 6.15")
		default:
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
}

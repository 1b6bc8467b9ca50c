//go:build linux || darwin

package pipe

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// inheritVariable tells a child the number of the first of its four descriptors.
const inheritVariable = "MULTINODE_PIPE_FD"

// firstExtra is the descriptor that a child gets the first of exec.Cmd.ExtraFiles as.
const firstExtra = 3

// ForChild prepares cmd, which must not be started yet, so that the child finds the
// host's end of a Carrier with Inherited, and returns the broker's end. The caller
// calls afterStart when cmd was started, or could not be.
func ForChild(cmd *exec.Cmd) (broker Carrier, afterStart func(), err error) {
	ends, err := fourPipes()
	if err != nil {
		return Carrier{}, nil, fmt.Errorf("transport/pipe: pipes for a child: %w", err)
	}
	// As in weave, the child reads the first pipe of each stream and writes the second.
	broker, _ = weave(ends)
	theirs := []*os.File{ends[0], ends[3], ends[4], ends[7]}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", inheritVariable, firstExtra+len(cmd.ExtraFiles)))
	cmd.ExtraFiles = append(cmd.ExtraFiles, theirs...)
	return broker, func() { closeAll(theirs) }, nil
}

// Inherited returns the host's end of the Carrier that this process was started with,
// and whether it was. Only the first call finds it: neither the variable nor the
// descriptors reach a child of this process.
func Inherited() (Carrier, bool, error) {
	value, ok := os.LookupEnv(inheritVariable)
	if !ok {
		return Carrier{}, false, nil
	}
	_ = os.Unsetenv(inheritVariable)
	first, err := strconv.Atoi(value)
	if err == nil && first < firstExtra {
		err = errors.New("no descriptor of a child's")
	}
	if err != nil {
		return Carrier{}, true, fmt.Errorf("transport/pipe: %s=%q: %w", inheritVariable, value, err)
	}
	var ends []*os.File
	for fd := first; fd < first+4; fd++ {
		if err := adopt(fd); err != nil {
			closeAll(ends)
			return Carrier{}, true, fmt.Errorf("transport/pipe: %s=%q: descriptor %d: %w", inheritVariable, value, fd, err)
		}
		ends = append(ends, os.NewFile(uintptr(fd), "multinode"+strconv.Itoa(fd-first)))
	}
	return Carrier{&duplex{ends[0], ends[1]}, &duplex{ends[2], ends[3]}}, true, nil
}

// adopt keeps a descriptor to this process, and makes it one that Go polls. One that
// is no pipe is somebody else's.
func adopt(fd int) error {
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return err
	}
	if info.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return errors.New("not a pipe")
	}
	syscall.CloseOnExec(fd)
	return syscall.SetNonblock(fd, true)
}

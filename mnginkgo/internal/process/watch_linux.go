package process

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Attach has the system kill the process that Start makes of the command, stopped or not, when
// this one ends, however that ends.
func Attach(cmd *exec.Cmd) {
	attributes(cmd).Pdeathsig = syscall.SIGKILL
}

// Watch learns how a process ended that this one has not started, which wait(2) does not tell. It
// needs PIDFD_GET_INFO of Linux 6.15 (include/uapi/linux/pidfd.h); without it, it learns nothing.
type Watch struct{ fd *os.File }

const (
	pidfdGetInfo  = 0xC040FF0B // _IOWR(0xFF, 11, 64 bytes)
	pidfdInfoExit = 1 << 3
	lookEvery     = 5 * time.Millisecond
	lookAtMost    = 500 * time.Millisecond // its parent must reap it first
)

// pidfdInfo is struct pidfd_info.
type pidfdInfo struct {
	mask     uint64
	_        uint64     // cgroup
	_        [11]uint32 // process, user and group ids
	exitCode int32      // as wait(2) has it
}

// WatchID begins to watch a process, which must be alive.
func WatchID(pid int) Watch {
	fd, err := unix.PidfdOpen(pid, unix.O_NONBLOCK)
	if err != nil {
		return Watch{}
	}
	return Watch{os.NewFile(uintptr(fd), "pidfd")}
}

// Close ends the watch.
func (w Watch) Close() {
	if w.fd != nil {
		_ = w.fd.Close() // nothing was written to it
	}
}

// State returns how the process ended, in the words of os.ProcessState, or "" if that
// cannot be known. There is no event for its being reaped before Linux 6.15 and the
// wait is short, so this looks again and again.
func (w Watch) State() string {
	if w.fd == nil {
		return ""
	}
	for end := time.Now().Add(lookAtMost); ; {
		info := pidfdInfo{mask: pidfdInfoExit}
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, w.fd.Fd(), pidfdGetInfo, uintptr(unsafe.Pointer(&info)))
		if errno == 0 && info.mask&pidfdInfoExit != 0 {
			return describe(unix.WaitStatus(info.exitCode))
		}
		if errno != 0 && errno != unix.ESRCH || time.Now().After(end) {
			return ""
		}
		<-time.After(lookEvery)
	}
}

// describe says it as os.ProcessState does.
func describe(status unix.WaitStatus) string {
	if status.Signaled() {
		return "signal: " + status.Signal().String()
	}
	return "exit status " + strconv.Itoa(status.ExitStatus())
}

// isZombie reports whether a child of this process has exited and was not waited for.
func isZombie(pid int) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo != 0
}

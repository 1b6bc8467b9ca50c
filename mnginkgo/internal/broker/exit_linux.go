package broker

import (
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// exitWatch learns how a process ended that is not a child of this one, which wait(2)
// does not tell. It needs pidfd_open of Linux 5.3 and PIDFD_GET_INFO of Linux 6.15
// (include/uapi/linux/pidfd.h); without them it learns nothing.
type exitWatch struct{ fd *os.File }

const (
	sysPidfdOpen   = 434
	pidfdGetInfo   = 0xC040FF0B // _IOWR(0xFF, 11, 64 bytes)
	pidfdInfoExit  = 1 << 3
	pidfdNonblock  = syscall.O_NONBLOCK
	exitLookEvery  = 5 * time.Millisecond
	exitLookAtMost = 500 * time.Millisecond // its parent must reap it first
)

// pidfdInfo is struct pidfd_info.
type pidfdInfo struct {
	mask     uint64
	_        uint64     // cgroup
	_        [11]uint32 // process, user and group ids
	exitCode int32      // as wait(2) has it
}

// watchExit begins to watch a process, which must be alive.
func watchExit(pid int) exitWatch {
	fd, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), pidfdNonblock, 0)
	if errno != 0 {
		return exitWatch{}
	}
	return exitWatch{os.NewFile(fd, "pidfd")}
}

func (w exitWatch) close() {
	if w.fd != nil {
		_ = w.fd.Close() // nothing was written to it
	}
}

// state returns how the process ended, in the words of os.ProcessState, or "" if that
// cannot be known. There is no event for its being reaped before Linux 6.15 and the
// wait is short, so this looks again and again.
func (w exitWatch) state() string {
	if w.fd == nil {
		return ""
	}
	for end := time.Now().Add(exitLookAtMost); ; {
		info := pidfdInfo{mask: pidfdInfoExit}
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, w.fd.Fd(), pidfdGetInfo, uintptr(unsafe.Pointer(&info)))
		if errno == 0 && info.mask&pidfdInfoExit != 0 {
			return describeExit(syscall.WaitStatus(info.exitCode))
		}
		if errno != 0 && errno != syscall.ESRCH || time.Now().After(end) {
			return ""
		}
		<-time.After(exitLookEvery)
	}
}

// isZombie reports whether a child of this process has exited and was not waited for.
func isZombie(pid int) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo != 0
}

// describeExit says it as os.ProcessState does.
func describeExit(status syscall.WaitStatus) string {
	if status.Signaled() {
		return "signal: " + status.Signal().String()
	}
	return "exit status " + strconv.Itoa(status.ExitStatus())
}

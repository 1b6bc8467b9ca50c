//go:build linux || darwin

package broker

import (
	"os"
	"syscall"
	"unsafe"
)

// byPID is P_PID of waitid(2).
const byPID = 1

// pauseProcess stops a child of this process and what that has started, and returns when
// the child is stopped, or has ended.
func pauseProcess(p *os.Process) error {
	if err := signalGroup(p, syscall.SIGSTOP); err != nil {
		return err
	}
	var info [128]byte // siginfo_t: what it says, other calls say too
	for {
		// WNOWAIT leaves the end, if it has ended, to exec.Cmd.
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(p.Pid), uintptr(unsafe.Pointer(&info)),
			syscall.WSTOPPED|syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		switch errno {
		case 0, syscall.ECHILD: // there is no child: it was reaped
			return nil
		case syscall.EINTR:
		default:
			return os.NewSyscallError("waitid", errno)
		}
	}
}

// resumeProcess lets what pauseProcess has stopped go on.
func resumeProcess(p *os.Process) error { return signalGroup(p, syscall.SIGCONT) }

package external

import (
	"os/exec"
	"runtime"
	"syscall"
)

// dieWithParent has the kernel kill the program when the thread that starts it ends, as
// it does if this process is killed.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// lockThread keeps the goroutine on its thread, and that alive, until what it returns is
// called.
func lockThread() (unlock func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

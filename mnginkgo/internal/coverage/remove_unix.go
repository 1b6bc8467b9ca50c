//go:build unix

package coverage

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// untilEnd is held open until this process ends, however it does.
var untilEnd *os.File //nolint:unused // it is open, which is all it is for

// removeAtEnd starts a shell that sees this process end, and then removes a folder. It has
// a session of its own, so that no signal to this process's group ends it before.
func removeAtEnd(dir string) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	remove := exec.Command("/bin/sh", "-c", `read -r _; exec rm -rf "$0"`, dir)
	remove.Stdin, remove.Dir = read, "/"
	remove.Env = []string{"PATH=" + os.Getenv("PATH")}
	remove.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	untilEnd = write
	err = remove.Start()
	if errors.Is(err, os.ErrNotExist) { // without a shell the next run removes it
		err = nil
	}
	return errors.Join(err, read.Close())
}

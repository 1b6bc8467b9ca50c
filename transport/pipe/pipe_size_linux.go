package pipe

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is the size, in bytes, that pipes are given: what Linux lets everyone
// have (/proc/sys/fs/pipe-max-size). The default of 64 KiB makes sixteen times as
// many switches between the two ends.
const pipeSize = 1 << 20

// enlarge makes the pipe larger. Where the system refuses, it stays as it is.
func enlarge(f *os.File) {
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize)
	})
}

// atomicWrite is how many bytes a pipe takes whole or not at all: PIPE_BUF.
const atomicWrite = 4096

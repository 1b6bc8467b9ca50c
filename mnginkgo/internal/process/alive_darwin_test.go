package process

import "syscall"

// alive reports whether a process is there.
func alive(id int) bool { return syscall.Kill(id, 0) == nil }

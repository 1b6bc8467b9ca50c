package process

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// list returns all processes, from /proc (proc_pid_stat(5)).
func list() ([]member, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var all []member
	for _, name := range names {
		id, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		if p, ok := read(id); ok {
			all = append(all, p)
		}
	}
	return all, nil
}

// read returns a process, unless it has ended.
func read(id int) (member, bool) {
	p := member{id: id}
	state, rest, ok := stat(fmt.Sprintf("/proc/%d/stat", id))
	if !ok {
		return p, false
	}
	fields := strings.Fields(rest)
	if len(fields) < 19 {
		return p, false
	}
	p.parent, _ = strconv.Atoi(fields[0])
	p.group, _ = strconv.Atoi(fields[1])
	p.born, _ = strconv.ParseInt(fields[18], 10, 64)
	if p.rest = restOf(state); p.rest >= still { // the others stop each for itself
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", id))
		for _, task := range tasks {
			if state, _, ok := stat(task); ok {
				p.rest = min(p.rest, restOf(state))
			}
		}
	}
	return p, true
}

// stat returns the state in a stat file, and the fields behind that. The name before them may have
// blanks and parentheses.
func stat(path string) (state, rest string, ok bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", "", false
	}
	_, fields, ok := bytes.Cut(data[bytes.LastIndexByte(data, ')')+1:], []byte(" "))
	state, rest, more := strings.Cut(string(fields), " ")
	return state, rest, ok && more
}

func restOf(state string) rest {
	switch state {
	case "T", "t":
		return still
	case "Z", "X":
		return ended
	case "D":
		return inCall
	}
	return runs
}

// environ returns the environment that a process was started with (proc_pid_environ(5)), or
// nothing if it has ended or is another user's.
func environ(id int) []byte {
	for tries := 20; ; tries-- {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", id))
		if err != nil || len(data) > 0 || !inExec(id) || tries == 0 {
			return data
		}
		<-time.After(50 * time.Microsecond) // nothing tells when it has one
	}
}

// inExec reports whether a process is about to run another program, and has the memory of
// that but not its environment yet. A zombie and a thread of the kernel have no memory.
func inExec(id int) bool {
	_, rest, _ := stat(fmt.Sprintf("/proc/%d/stat", id))
	fields := strings.Fields(rest)
	const vsize, envEnd = 23 - 4, 51 - 4
	return len(fields) > envEnd && fields[vsize] != "0" && fields[envEnd] == "0"
}

// awaitEnd waits until a child has ended, and leaves it a zombie.
func awaitEnd(id int) error {
	for {
		err := unix.Waitid(unix.P_PID, id, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err
		}
	}
}

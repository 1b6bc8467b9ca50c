package family

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// list returns all processes, from /proc (proc_pid_stat(5)).
func list() ([]process, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var all []process
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
func read(id int) (process, bool) {
	p := process{id: id}
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
	if p.rest = restOf(state); p.rest == still { // the others stop each for itself
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
	case "T", "t", "Z", "X":
		return still
	case "D":
		return inCall
	}
	return runs
}

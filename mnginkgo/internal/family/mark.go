package family

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
)

// markName is the environment variable that descendants inherit. The mark of a family within
// another one begins with that one's.
const markName = "MULTINODE_FAMILY"

// Family is a command's process and all that this has started.
type Family struct {
	cmd  *exec.Cmd
	mark string // "NAME=value", with which the variable of each member begins
}

// Mark marks a command that has its environment and is to be started.
func Mark(cmd *exec.Cmd) *Family {
	f := &Family{cmd, markName + "=" + os.Getenv(markName) + "/" + rand.Text()}
	cmd.Env = append(cmd.Environ(), f.mark)
	return f
}

// id returns the process's id once it has been started.
func (f *Family) id() int { return f.cmd.Process.Pid }

// Wait waits for the process's end, kills what it has left behind, and then does what
// exec.Cmd.Wait does: nobody is left who holds its output open, but for one that is not
// found.
func (f *Family) Wait() error {
	if awaitEnd(f.id()) == nil { // its id is not another one's before it is waited for
		_ = f.Kill() // who is there without a right to be killed lives on
	}
	return f.cmd.Wait()
}

// marked reports whether an environment, as the system has it, has a mark.
func marked(environ []byte, mark string) bool {
	return bytes.HasPrefix(environ, []byte(mark)) || bytes.Contains(environ, []byte("\x00"+mark))
}

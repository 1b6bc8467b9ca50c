package origin

import (
	"flag"
	"os"
	"os/exec"
	"slices"
)

// at is the start of the process, as far as a package that is initialised early sees it.
var at = func() (s start) {
	s.executable, s.noExecutable = os.Executable()
	s.dir, s.noDir = os.Getwd()
	s.environ, s.args = os.Environ(), slices.Clone(os.Args)
	return s
}()

type start struct {
	executable, dir     string
	noExecutable, noDir error // why they are not known
	environ, args       []string
}

// Dir returns the folder that the process was started in: of a test binary, that of its
// package.
func Dir() (string, error) { return at.dir, at.noDir }

// Environ returns the environment that the process was started with, as os.Environ does.
func Environ() []string { return slices.Clone(at.environ) }

// Command returns a command that starts the program of this process in the folder and with
// the environment that the process was started with, to which environ is added. Its
// arguments are args, and then those of the process that OwnArguments leaves.
func Command(args, environ []string) (*exec.Cmd, error) {
	if at.noExecutable != nil {
		return nil, at.noExecutable
	}
	if at.noDir != nil {
		return nil, at.noDir
	}
	cmd := exec.Command(at.executable, append(slices.Clone(args), OwnArguments(at.args[1:], flag.CommandLine)...)...)
	cmd.Dir = at.dir
	cmd.Env = append(Environ(), environ...)
	return cmd, nil
}

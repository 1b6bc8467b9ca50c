// Package child runs parts of a benchmark in processes of their own: this program
// again, connected by pipes.
package child

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/7aca83c2/multinode/transport/pipe"
)

// variable is set, in the environment of a child, to the name of its part.
const variable = "MN_BENCH_PART"

// Parts are what a process can be, by name. A part runs until its carrier ends.
type Parts map[string]func(pipe.Carrier) error

// Serve runs the part that this process was started for, and then exits. In a process
// that is no child it returns at once; call it first.
func Serve(parts Parts) {
	name, ok := os.LookupEnv(variable)
	if !ok {
		return
	}
	if err := serve(name, parts); err != nil {
		fmt.Fprintf(os.Stderr, "bench: part %s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(name string, parts Parts) error {
	part := parts[name]
	if part == nil {
		return errors.New("there is none of that name")
	}
	carrier, ok, err := pipe.Inherited()
	if err != nil || !ok {
		return errors.Join(err, errors.New("it was started without pipes"))
	}
	return part(carrier)
}

// Process is a child. Close ends it.
type Process struct {
	pipe.Carrier
	part string
	cmd  *exec.Cmd
}

// Start starts a child with the part of that name. It finds the extra files with
// Extra.
func Start(part string, extra ...*os.File) (*Process, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), variable+"="+part)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = extra
	carrier, afterStart, err := pipe.ForChild(cmd)
	if err != nil {
		return nil, err
	}
	err = cmd.Start()
	afterStart()
	if err != nil {
		_ = carrier.Close()
		return nil, err
	}
	return &Process{carrier, part, cmd}, nil
}

// firstExtra is the descriptor of the first of a child's extra files.
const firstExtra = 3

// Extra returns an extra file of this process, which is a child: one that Go polls.
func Extra(n int) *os.File {
	fd := firstExtra + n
	_ = syscall.SetNonblock(fd, true)
	return os.NewFile(uintptr(fd), fmt.Sprint("extra ", n))
}

// Close ends the streams and waits until the child has exited. It returns an error if
// the child ended in another way than it should.
func (p *Process) Close() error {
	err := p.Carrier.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil // the link over it has ended before
	}
	if err2 := p.cmd.Wait(); err2 != nil {
		err = errors.Join(err, fmt.Errorf("part %s: %w", p.part, err2))
	}
	return err
}

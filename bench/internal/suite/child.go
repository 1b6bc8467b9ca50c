package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// What a child and its broker say to each other, as in package broker.
const (
	childVariable = "MN_CHILD_OF"
	methodHello   = "hello"
	notifyExit    = "exit"
)

type hello struct {
	PID  int
	Hash string
}

type helloAnswer struct{ SendTree bool }

type exitRequest struct{ Code int }

// childPatience is how long a child may take in all.
const childPatience = 30 * time.Second

// Nothing starts the suite without a test to run, and returns how long that takes
// until it has exited: what any test binary needs.
func (s *Suite) Nothing(ctx context.Context) (time.Duration, error) {
	cmd := s.command(ctx, s.binary, "-test.run=^$")
	began := time.Now()
	_, err := Output(ctx, cmd)
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("suite %s: without a test: %w", s.name, err)
	}
	return took, nil
}

// ChildReady starts the suite as a broker starts a child, with its test function, and
// returns how long that takes until the child says hello, its tree built. The child
// has exited, in good order, when it returns.
func (s *Suite) ChildReady(ctx context.Context, test string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, childPatience)
	defer cancel()
	c := &child{cmd: s.command(ctx, s.binary, "-test.run=^"+test+"$"), greeted: make(chan greeting, 1)}
	c.cmd.Env = append(c.cmd.Env, fmt.Sprintf("%s=%d", childVariable, os.Getpid()), "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	took, err := c.meet(ctx)
	if err != nil {
		return 0, fmt.Errorf("suite %s: child: %w", s.name, withOutput(err, c.output.String()))
	}
	return took, nil
}

// child is a test binary that serves as a host.
type child struct {
	cmd     *exec.Cmd
	output  bytes.Buffer
	line    *pipe.Line
	greeted chan greeting
}

// greeting is a hello and when it came.
type greeting struct {
	hello
	at time.Time
}

// meet starts the child, waits for its hello and has it exit.
func (c *child) meet(ctx context.Context) (took time.Duration, err error) {
	c.cmd.Stdout, c.cmd.Stderr = &c.output, &c.output
	inGroup(c.cmd)
	carrier, afterStart, err := pipe.ForChild(c.cmd)
	if err != nil {
		return 0, err
	}
	c.line = pipe.NewLine("child process", carrier)
	rpc.HandleFunc(c.line.Peer(), methodHello, c.hello)
	began := time.Now()
	err = c.cmd.Start()
	afterStart()
	if err != nil {
		return 0, errors.Join(err, carrier.Close())
	}
	c.line.Start()
	hi, err := c.await(ctx)
	return hi.at.Sub(began), errors.Join(err, c.end())
}

func (c *child) hello(_ context.Context, h hello) (helloAnswer, error) {
	select {
	case c.greeted <- greeting{h, time.Now()}:
		return helloAnswer{}, nil
	default:
		return helloAnswer{}, errors.New("it said hello twice")
	}
}

func (c *child) await(ctx context.Context) (greeting, error) {
	select {
	case hi := <-c.greeted:
		if hi.PID != c.cmd.Process.Pid {
			return hi, fmt.Errorf("process %d said hello, not %d", hi.PID, c.cmd.Process.Pid)
		}
		return hi, nil
	case <-c.line.Done():
		return greeting{}, fmt.Errorf("no hello: %w", c.line.Err())
	case <-ctx.Done():
		return greeting{}, fmt.Errorf("no hello: %w", context.Cause(ctx))
	}
}

// end tells the child to exit and waits until it has. One that does not is killed when
// its context ends.
func (c *child) end() error {
	told := rpc.Notify(c.line.Peer(), notifyExit, exitRequest{})
	if errors.Is(told, rpc.ErrClosed) {
		told = nil // it has gone by itself, and its exit code says how
	}
	err := c.cmd.Wait()
	closed := c.line.Close()
	c.line.Wait()
	return errors.Join(told, err, closed)
}

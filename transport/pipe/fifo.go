//go:build linux || darwin

package pipe

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// fifoSuffixes name the pipes of a host, in the order that weave wants them.
var fifoSuffixes = [4]string{".control.down", ".control.up", ".data.down", ".data.up"}

// Listener waits for one host at four named pipes.
type Listener struct {
	dir, name string
	hello     []byte

	mu     sync.Mutex
	ends   []io.ReadWriteCloser // both ends of each pipe, as weave wants them
	closed bool
}

// ListenFIFO makes the named pipes for the host of that name in dir, which should be
// a directory of mode 0700. The host must know the secret.
func ListenFIFO(dir, name, secret string) (*Listener, error) {
	l := &Listener{dir: dir, name: name, hello: helloFor(secret)}
	if name == "" || strings.ContainsRune(name, filepath.Separator) {
		return nil, l.errorf("listen", errors.New("the name cannot be that of a file"))
	}
	if err := l.open(); err != nil {
		return nil, l.errorf("listen", err)
	}
	return l, nil
}

// Accept waits for the host, and returns the broker's end of the Carrier. The pipes
// then have no name any more. Whoever does not know the secret is cut off, and Accept
// goes on waiting. It closes the Listener in any case.
func (l *Listener) Accept(ctx context.Context) (Carrier, error) {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		ok, err := l.greet()
		if err == nil && ok {
			return l.hand(ctx)
		}
		if err == nil {
			err = l.open() // new pipes, which the stranger does not have
		}
		if err != nil {
			_ = l.Close()
			if ctx.Err() != nil {
				err = fmt.Errorf("no host came: %w", context.Cause(ctx))
			}
			return Carrier{}, l.errorf("accept", err)
		}
	}
}

// Close removes the pipes. An Accept that waits returns an error.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.remove()
	return nil
}

// open makes the pipes, in place of what is there, and opens both ends of each:
// the broker's own, and in the host's stead the other, without which opening would
// wait and reading would meet the end.
func (l *Listener) open() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return os.ErrClosed
	}
	l.remove()
	for _, suffix := range fifoSuffixes {
		path := filepath.Join(l.dir, l.name+suffix)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			return &os.PathError{Op: "mkfifo", Path: path, Err: err}
		}
		for _, flag := range []int{os.O_RDONLY, os.O_WRONLY} {
			end, err := openFIFO(path, flag)
			if err != nil {
				return err
			}
			l.ends = append(l.ends, end)
		}
	}
	return nil
}

// remove closes and removes what open made. The caller has the lock.
func (l *Listener) remove() {
	closeAll(l.ends)
	l.ends = nil
	l.unlink()
}

func (l *Listener) unlink() {
	for _, suffix := range fifoSuffixes {
		_ = os.Remove(filepath.Join(l.dir, l.name+suffix))
	}
}

// greet reads as much as a hello has, and reports whether it is the right one.
func (l *Listener) greet() (bool, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return false, os.ErrClosed
	}
	control := l.ends[2] // the end to read of control to the broker
	l.mu.Unlock()
	heard := make([]byte, len(l.hello))
	if _, err := io.ReadFull(control, heard); err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(heard, l.hello) == 1, nil
}

// hand gives up the ends held in the host's stead, so that the end of either process
// is seen at once, and answers the host.
func (l *Listener) hand(ctx context.Context) (Carrier, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return Carrier{}, l.errorf("accept", fmt.Errorf("closed meanwhile: %w", context.Cause(ctx)))
	}
	l.closed = true
	broker, host := weave(l.ends)
	_ = host.Close()
	l.ends = nil
	l.unlink()
	if _, err := broker.Control.Write(welcome); err != nil {
		_ = broker.Close()
		return Carrier{}, l.errorf("accept", err)
	}
	return broker, nil
}

func (l *Listener) errorf(what string, err error) error {
	return fmt.Errorf("transport/pipe: %s for host %q in %q: %w", what, l.name, l.dir, err)
}

// redial is how long DialFIFO waits before it tries again: short against the start of
// a process.
const redial = 5 * time.Millisecond

// DialFIFO opens the named pipes of a Listener, and returns the host's end of the
// Carrier. Until ctx ends it tries again if the pipes are not there yet, or are made
// anew because a stranger came first.
func DialFIFO(ctx context.Context, dir, name, secret string) (Carrier, error) {
	for {
		carrier, err := dialOnce(ctx, dir, name, secret)
		if err == nil {
			return carrier, nil
		}
		select {
		case <-ctx.Done():
			return Carrier{}, fmt.Errorf("transport/pipe: dial as host %q in %q: %w (last: %w)", name, dir, context.Cause(ctx), err)
		case <-time.After(redial):
		}
	}
}

func dialOnce(ctx context.Context, dir, name, secret string) (Carrier, error) {
	var ends []io.ReadWriteCloser
	for i, suffix := range fifoSuffixes {
		flag := []int{os.O_RDONLY, os.O_WRONLY}[i%2]
		end, err := openFIFO(filepath.Join(dir, name+suffix), flag)
		if err != nil {
			closeAll(ends)
			return Carrier{}, err
		}
		ends = append(ends, end)
	}
	host := Carrier{&duplex{ends[0], ends[1]}, &duplex{ends[2], ends[3]}}
	stop := context.AfterFunc(ctx, func() { _ = host.Close() })
	err := exchange(host.Control, secret)
	if err == nil && !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		stop()
		_ = host.Close()
		return Carrier{}, err
	}
	return host, nil
}

// exchange says hello and waits for the broker's welcome.
func exchange(control io.ReadWriter, secret string) error {
	if _, err := control.Write(helloFor(secret)); err != nil {
		return err
	}
	heard := make([]byte, len(welcome))
	if _, err := io.ReadFull(control, heard); err != nil {
		return fmt.Errorf("the broker did not answer: %w", err)
	}
	if string(heard) != string(welcome) {
		return fmt.Errorf("the broker answered %q", heard)
	}
	return nil
}

const greeting = "multinode pipe 1\n"

// welcome is the broker's answer to the right hello.
var welcome = []byte(greeting)

// helloFor returns a hello of a length that does not depend on the secret, and that
// is short enough for the system to write it in one piece.
func helloFor(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return append([]byte(greeting), sum[:]...)
}

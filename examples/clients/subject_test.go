package clients_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"iter"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// subject is a client library with a server for it.
type subject struct {
	name   string
	server BootFunc                       // of role server
	client func(env *Env) (caller, error) // of role client
	silent string                         // in the error of a call that gets no answer in time
	dead   string                         // in the error of a call when the server's process has died
	lost   string                         // in the error of who waits when the server's machine is gone; "" if nothing tells that
	keeps  bool                           // the server keeps what it has acknowledged: the client is a keeper
	more   func()                         // specs of its own
}

// caller is a client. It lives as long as its role, so that it keeps its connections from
// one call to the next, and connects again as its library does.
type caller interface {
	Ask(ctx context.Context, text string) (string, error) // has the server say a text
	Fetch(ctx context.Context, lines int) (string, error) // gets the content that the server has
	Stop(ctx context.Context) error
}

// waiter is a client that can wait for what the server never says: only a keep-alive tells
// it that the server is gone.
type waiter interface {
	caller
	Wait(ctx context.Context) error
}

// keeper is a client of a server that keeps what it has acknowledged.
type keeper interface {
	caller
	Put(ctx context.Context, key, value string) error
	Get(ctx context.Context, key string) (string, error)
}

// content is what a server has to be fetched.
func content(lines int) string {
	return strings.Join(slices.Collect(contentByLine(lines)), "")
}

// contentByLine is the content in pieces of lineBytes, all of them different.
func contentByLine(lines int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range lines {
			if !yield(strings.Repeat(fmt.Sprintf("%x", md5.Sum(fmt.Append(nil, i))), repeated)) {
				return
			}
		}
	}
}

const (
	repeated  = 7 // so that a line is worth what carries it, and yet no longer than DNS allows
	lineBytes = repeated * 2 * md5.Size
)

// inAllWeathers describes a subject in each variant.
func (s subject) inAllWeathers() bool {
	boot := Boot(func(ctx context.Context, env *Env) (Instance, error) {
		if env.Role == "server" {
			return s.server(ctx, env)
		}
		return s.client(env)
	})
	roles := Roles("client", "server")
	specs := func() {
		s.weather()
		if s.more != nil {
			s.more()
		}
	}
	Describe(s.name+", in one process", MultiNode(roles, boot), specs)
	Describe(s.name+", in a process each", MultiNode(roles, boot, Parallel()), specs)
	return Describe(s.name+", isolated", MultiNode(roles, boot, Parallel(Isolated())), specs)
}

// stopper makes a Stop of a Close.
type stopper struct{ close func() error }

func (s stopper) Stop(context.Context) error { return s.close() }

// keepAlive returns a dialer whose connections notice within two seconds that they have no peer any
// more, for what has no keep-alive but that of TCP.
func keepAlive(network *Network) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, protocol, address string) (net.Conn, error) {
		conn, err := network.DialContext(ctx, protocol, address)
		if err != nil {
			return nil, err
		}
		return conn, conn.(tcp).SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 1})
	}
}

// tcp is what a *net.TCPConn and a connection of the network have in common.
type tcp interface {
	SetKeepAliveConfig(config net.KeepAliveConfig) error
}

// program returns the path of a program, which is in PATH or in one of the other folders. Without
// it the spec is skipped; CI has to have it.
func program(name, remedy string, folders ...string) string {
	GinkgoHelper()
	path, err := exec.LookPath(name)
	for _, folder := range folders {
		if found, _ := filepath.Glob(filepath.Join(folder, name)); err != nil && len(found) > 0 {
			return found[len(found)-1]
		}
	}
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		Fail(name + " is not there: " + remedy)
	default:
		Skip(name + " is not there: " + remedy)
	}
	return path
}

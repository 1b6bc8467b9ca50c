package network_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// node answers HTTP at port 80, lines at port 7 and datagrams at port 9.
type node struct {
	env     *Env
	server  *http.Server
	client  *http.Client
	lines   net.Listener
	packets net.PacketConn
	running sync.WaitGroup

	mu   sync.Mutex
	conn net.Conn // kept open from one command to the next
}

func boot(_ context.Context, env *Env) (Instance, error) { return serve(env) }

func serve(env *Env) (*node, error) {
	n := &node{env: env, server: &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprintf(w, "%s for %s", env.Role, r.URL.Path) })}}
	n.client = &http.Client{Transport: &http.Transport{DialContext: env.Network.DialContext}}
	web, err := env.Network.Listen("tcp", ":80")
	if err == nil {
		n.lines, err = env.Network.Listen("tcp", ":7")
	}
	if err == nil {
		n.packets, err = env.Network.ListenPacket("udp", ":9")
	}
	if err != nil {
		return nil, err
	}
	n.running.Go(func() { _ = n.server.Serve(web) })
	n.running.Go(n.serveLines)
	n.running.Go(n.servePackets)
	return n, nil
}

func (n *node) serveLines() {
	for {
		c, err := n.lines.Accept()
		if err != nil {
			return
		}
		n.running.Go(func() {
			defer c.Close()
			for in := bufio.NewScanner(c); in.Scan(); {
				if _, err := fmt.Fprintln(c, n.env.Role, in.Text()); err != nil {
					return
				}
			}
		})
	}
}

func (n *node) servePackets() {
	buf := make([]byte, 1<<16)
	for {
		size, from, err := n.packets.ReadFrom(buf)
		if err != nil {
			return
		}
		_, _ = n.packets.WriteTo(append([]byte(n.env.Role+" "), buf[:size]...), from) // packets may get lost
	}
}

// Leave has nobody to tell: there is no cluster.
func (n *node) Leave(context.Context) error { return nil }

// Stop ends it; open connections end with the node's network.
func (n *node) Stop(context.Context) error {
	n.client.CloseIdleConnections()
	return errors.Join(n.server.Close(), n.lines.Close(), n.packets.Close())
}

func of(n *Node) *node {
	if b, ok := n.Instance().(*besideActors); ok {
		return b.node
	}
	return n.Instance().(*node)
}

// fetch gets a page from a role.
var fetch = Command(func(ctx context.Context, n *Node, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := of(n).client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	return string(page), err
})

// connect opens the connection that say uses.
var connect = Command(func(ctx context.Context, n *Node, address string) (struct{}, error) {
	c, err := n.Env().Network.DialContext(ctx, "tcp", address)
	if err != nil {
		return struct{}{}, err
	}
	of(n).mu.Lock()
	defer of(n).mu.Unlock()
	of(n).conn = c
	return struct{}{}, nil
})

// line is what say sends, and how long it waits for the answer.
type line struct {
	Text string
	Wait time.Duration
}

var say = Command(func(_ context.Context, n *Node, l line) (string, error) {
	of(n).mu.Lock()
	c := of(n).conn
	of(n).mu.Unlock()
	if _, err := fmt.Fprintln(c, l.Text); err != nil {
		return "", err
	}
	if err := c.SetReadDeadline(time.Now().Add(l.Wait)); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	return answer, err
})

// ping sends a datagram and returns the answer.
var ping = Command(func(_ context.Context, n *Node, address string) (string, error) {
	p, err := n.Env().Network.ListenPacket("udp", ":0")
	if err != nil {
		return "", err
	}
	defer p.Close()
	if _, err := p.WriteTo([]byte("ping"), host(address)); err != nil {
		return "", err
	}
	if err := p.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		return "", err
	}
	buf := make([]byte, 100)
	size, from, err := p.ReadFrom(buf)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s from %s", buf[:size], from), nil
})

// host is the net.Addr of a role's port.
type host string

func (h host) Network() string { return "udp" }
func (h host) String() string  { return string(h) }

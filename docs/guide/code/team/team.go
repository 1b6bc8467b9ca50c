// Package team keeps a team of nodes who hear of each other by heartbeats, and agree on who leads.
package team

import (
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// Period is the time between two heartbeats of a node, and Patience how long others wait for one.
const (
	Period   = 50 * time.Millisecond
	Patience = time.Second
)

// Node is one of a team.
type Node struct {
	name    string
	conn    net.PacketConn
	peers   map[string]net.Addr
	end     chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	heard   map[string]heartbeat
	changed func()                 // of Watch
	late    map[string]*time.Timer // for it
}

// heartbeat is the latest of a node: when it came, and whom the node follows.
type heartbeat struct {
	at     time.Time
	leader string
}

// Start starts the node of that name, which beats on conn to its peers.
func Start(conn net.PacketConn, name string, peers map[string]net.Addr) *Node {
	n := &Node{name: name, conn: conn, peers: peers, end: make(chan struct{}), heard: map[string]heartbeat{}}
	n.running.Go(n.beat)
	n.running.Go(n.listen)
	return n
}

func (n *Node) beat() {
	again := time.NewTicker(Period)
	defer again.Stop()
	for {
		for _, addr := range n.peers {
			_, _ = n.conn.WriteTo([]byte(n.name+" "+n.Leader()), addr) // or the next one arrives
		}
		select {
		case <-again.C:
		case <-n.end:
			return
		}
	}
}

func (n *Node) listen() {
	packet := make([]byte, 128)
	for {
		length, _, err := n.conn.ReadFrom(packet)
		if err != nil {
			return // it is closed
		}
		name, leader, _ := strings.Cut(string(packet[:length]), " ")
		n.mu.Lock()
		n.heard[name] = heartbeat{time.Now(), leader}
		n.tell(name)
		n.mu.Unlock()
	}
}

// Alive returns the names of the nodes that were heard of late, and the node's own, in order.
func (n *Node) Alive() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	alive := []string{n.name}
	for name, last := range n.heard {
		if time.Since(last.at) < Patience {
			alive = append(alive, name)
		}
	}
	slices.Sort(alive)
	return alive
}

// Leader returns whom the node follows: the first one that is alive, or nobody, "", if it is not in a majority.
func (n *Node) Leader() string {
	alive := n.Alive()
	if !n.majority(len(alive)) {
		return ""
	}
	return alive[0]
}

func (n *Node) majority(of int) bool { return 2*of > len(n.peers)+1 }

// Close ends the node.
func (n *Node) Close() error {
	close(n.end)
	err := n.conn.Close()
	n.running.Wait()
	return err
}

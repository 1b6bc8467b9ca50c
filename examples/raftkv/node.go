package raftkv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// Config says how a node starts.
type Config struct {
	Name  string   // of this node, as in Peers
	Peers []string // all nodes
	Dir   string   // for its log; it goes on from there
	// Listener takes the connections of the peers, Dial makes those to them.
	Listener net.Listener
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	Log      *slog.Logger
	// ReadLease has a node answer Get by itself for that long after the others have last
	// taken an entry from it. That is fast, and right as long as they do not choose another
	// leader before it is over. The default is never.
	ReadLease time.Duration
}

// Port is where the nodes listen.
const Port = "7000"

// Node is one node of the store.
type Node struct {
	config    Config
	raft      *raft.Raft
	data      *data
	log       *raftboltdb.BoltStore
	transport *raft.NetworkTransport

	renewed atomic.Int64 // when the others last took an entry from it, in Unix nanoseconds
}

// Start starts a node. The first start of all nodes forms the cluster.
func Start(c Config) (*Node, error) {
	n := &Node{config: c, data: newData()}
	var err error
	if n.log, err = raftboltdb.New(raftboltdb.Options{Path: filepath.Join(c.Dir, "raft.db"), NoSync: true}); err != nil {
		return nil, err
	}
	settings := raft.DefaultConfig()
	settings.LocalID = raft.ServerID(c.Name)
	settings.HeartbeatTimeout, settings.ElectionTimeout = 100*time.Millisecond, 100*time.Millisecond
	settings.LeaderLeaseTimeout, settings.CommitTimeout = 80*time.Millisecond, 5*time.Millisecond
	settings.Logger = logger(c.Log)
	n.transport = raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream: stream{c.Listener, c.Dial}, MaxPool: 3, Timeout: 300 * time.Millisecond, Logger: settings.Logger,
		// Without pipelines: under chaos, one whose reader has given up was seen to wait for it
		// for ever (v1.8.0), and the node could not be shut down.
		MaxRPCsInFlight: 1,
	})
	if n.raft, err = n.begin(settings); err != nil {
		return nil, errors.Join(err, n.transport.Close(), n.log.Close())
	}
	return n, nil
}

func (n *Node) begin(settings *raft.Config) (*raft.Raft, error) {
	snapshots, err := raft.NewFileSnapshotStoreWithLogger(n.config.Dir, 1, settings.Logger)
	if err != nil {
		return nil, err
	}
	known, err := raft.HasExistingState(n.log, n.log, snapshots)
	if err != nil {
		return nil, err
	}
	if !known {
		var all raft.Configuration
		for _, name := range n.config.Peers {
			all.Servers = append(all.Servers, raft.Server{ID: raft.ServerID(name), Address: raft.ServerAddress(net.JoinHostPort(name, Port))})
		}
		if err := raft.BootstrapCluster(settings, n.log, n.log, snapshots, n.transport, all); err != nil {
			return nil, err
		}
	}
	return raft.NewRaft(settings, n.data, n.log, n.log, snapshots, n.transport)
}

// Leader returns the node that this one takes for the leader, or "".
func (n *Node) Leader() string {
	_, id := n.raft.LeaderWithID()
	return string(id)
}

// Stop ends the node.
func (n *Node) Stop(context.Context) error {
	return errors.Join(n.raft.Shutdown().Error(), n.transport.Close(), n.log.Close())
}

// ErrUnknown means that an operation may have happened, or happen later.
var ErrUnknown = errors.New("the outcome is not known")

// Put sets a key. Unless its error wraps ErrUnknown, one that returns an error has done
// nothing.
func (n *Node) Put(key, value string) error {
	_, err := n.apply(command{Key: key, Value: value, Write: true})
	return err
}

// Get returns the value of a key, "" at first.
func (n *Node) Get(key string) (string, error) {
	if time.Since(time.Unix(0, n.renewed.Load())) < n.config.ReadLease {
		return n.data.get(key), nil
	}
	return n.apply(command{Key: key})
}

// Copy returns what this node has of a key, which may be late.
func (n *Node) Copy(key string) string { return n.data.get(key) }

// patience bounds an operation.
const patience = time.Second

func (n *Node) apply(c command) (string, error) {
	entry, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	began := time.Now()
	future := n.raft.Apply(entry, patience)
	switch err := future.Error(); {
	case errors.Is(err, raft.ErrNotLeader) || errors.Is(err, raft.ErrEnqueueTimeout):
		return "", err
	case err != nil: // it was the leader, and the entry may be in the log of others
		return "", fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	n.renewed.Store(began.UnixNano())
	return future.Response().(string), nil
}

// stream has raft use a listener and a dialer.
type stream struct {
	net.Listener
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (s stream) Dial(address raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return s.dial(ctx, "tcp", string(address))
}

// logger passes raft's log on.
func logger(to *slog.Logger) hclog.Logger {
	l := hclog.New(&hclog.LoggerOptions{Output: writer{to}, Level: hclog.Info, DisableTime: true})
	return l
}

type writer struct{ to *slog.Logger }

func (w writer) Write(line []byte) (int, error) {
	w.to.Info(string(line[:len(line)-1]))
	return len(line), nil
}

package redis_test

import (
	"context"
	"errors"
	"os/exec"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestRedis(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is not in PATH: install it with apt-get install redis-server, or brew install redis")
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "Redis")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// boot runs the servers: a is the primary, which logs to its data folder, b and c are its
// replicas. The role client has none.
func boot(ctx context.Context, env *Env) (Instance, error) {
	server := Program{
		Path: "redis-server",
		Args: []string{
			"--bind", "127.0.0.1", "--port", "{{listen 6379}}", "--dir", "{{dir}}", "--save", "",
			"--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--repl-timeout", "3",
			"--shutdown-timeout", "0",
		},
		Ready: "Ready to accept connections",
		Only:  []string{"a", "b", "c"},
	}
	if env.Role == "a" {
		server.Args = append(server.Args, "--appendonly", "yes", "--appendfsync", "always")
	} else {
		server.Args = append(server.Args, "--replicaof", "127.0.0.1", `{{reach "a" 6379}}`)
	}
	return server.Boot(ctx, env)
}

// client returns a client of one server that dials on the network of the spec. It does
// not try again: the specs say what they expect.
func client(node *Node, server string) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr: server + ":6379", Dialer: node.Env().Network.DialContext,
		MaxRetries: -1, PoolSize: 1, ReadTimeout: 5 * time.Second,
		DisableIdentity: true, MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// entry is a key of a server.
type entry struct{ Server, Key string }

var get = Command(func(ctx context.Context, node *Node, e entry) (string, error) {
	c := client(node, e.Server)
	defer c.Close()
	value, err := c.Get(ctx, e.Key).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return value, err
})

// write is a write to the primary that waits for two replicas, but no longer than Within.
type write struct {
	Key, Value string
	Within     time.Duration
}

// receipt says how many replicas had a write when it was waited for, and how long that took.
type receipt struct {
	Replicas int64
	Took     time.Duration
}

var set = Command(func(ctx context.Context, node *Node, w write) (receipt, error) {
	c := client(node, "a")
	defer c.Close()
	begin := time.Now()
	if err := c.Set(ctx, w.Key, w.Value, 0).Err(); err != nil {
		return receipt{}, err
	}
	n, err := c.Wait(ctx, 2, w.Within).Result() // on the same connection
	return receipt{n, time.Since(begin)}, err
})

package clients_test

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{
	name: "Redis", server: serveRedis, client: useRedis,
	silent: "i/o timeout", dead: "connection refused", lost: "EOF", keeps: true,
}.inAllWeathers()

// serveRedis logs to its data folder, before it answers.
func serveRedis(ctx context.Context, env *Env) (Instance, error) {
	return Program{
		Path: program("redis-server", "apt-get install redis-server, or brew install redis"),
		Args: []string{
			"--bind", "127.0.0.1", "--port", "{{listen 6379}}", "--dir", "{{dir}}",
			"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--shutdown-timeout", "0",
		},
		Ready: "Ready to accept connections",
	}.Boot(ctx, env)
}

type redisClient struct{ client *redis.Client }

func useRedis(env *Env) (caller, error) {
	return &redisClient{redis.NewClient(&redis.Options{
		Addr: "server:6379", Dialer: keepAlive(env.Network), ContextTimeoutEnabled: true,
		MaxRetries: -1, ReadTimeout: -1, DialTimeout: time.Second, DialerRetries: 1,
		DisableIdentity: true, MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})}, nil
}

func (c *redisClient) Ask(ctx context.Context, text string) (string, error) {
	return c.client.Echo(ctx, text).Result()
}

func (c *redisClient) Fetch(ctx context.Context, lines int) (string, error) {
	if err := c.client.Set(ctx, "content", content(lines), 0).Err(); err != nil {
		return "", err
	}
	return c.client.Get(ctx, "content").Result()
}

// Wait waits for the first element of a list that nobody ever fills.
func (c *redisClient) Wait(ctx context.Context) error { return c.client.BLPop(ctx, 0, "nothing").Err() }

func (c *redisClient) Put(ctx context.Context, key, value string) error {
	return c.client.Set(ctx, key, value, 0).Err()
}

func (c *redisClient) Get(ctx context.Context, key string) (string, error) {
	return c.client.Get(ctx, key).Result()
}

func (c *redisClient) Stop(context.Context) error { return c.client.Close() }

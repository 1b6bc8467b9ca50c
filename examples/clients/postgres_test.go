package clients_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{
	name: "PostgreSQL", server: servePostgres, client: usePostgres,
	silent: "context deadline exceeded", dead: "connection refused", lost: "connection timed out", keeps: true,
}.inAllWeathers()

// servePostgres has a database in its data folder, which its first incarnation makes.
func servePostgres(ctx context.Context, env *Env) (Instance, error) {
	postgres := postgresProgram("postgres")
	data := filepath.Join(env.DataDir(), "db")
	if _, err := os.Stat(data); err != nil {
		if err := initdb(ctx, data); err != nil {
			return nil, err
		}
	}
	command := asPostgres(postgres,
		"-D", data, "-p", "{{listen 5432}}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "shared_buffers=1MB", "-c", "autovacuum=off", "-c", "fsync=off") // the disk does not crash
	for {
		server, err := Program{Path: command[0], Args: command[1:], Ready: "ready to accept connections"}.Boot(ctx, env)
		// One that was killed holds its lock until the last of what it had started has seen that.
		if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "lock file") && !strings.Contains(err.Error(), "still in use") {
			return server, err
		}
	}
}

// initdb makes a database whose owner is not asked for a password.
func initdb(ctx context.Context, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, unprivileged, unprivileged); err != nil {
			return err
		}
	}
	command := asPostgres(postgresProgram("initdb"), "-D", dir, "-U", "postgres", "-A", "trust",
		"--no-sync", "--no-instructions", "--no-locale", "-E", "UTF8")
	output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return errors.New(string(output))
	}
	return nil
}

const unprivileged = 1 // a user and a group that every system has, and that are not root

// asPostgres returns the command for a program that refuses to run as root, as it would in a
// container. It keeps the right to pass through the folders above its own, and is to end
// with its parent like any program of a role.
func asPostgres(command ...string) []string {
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		return command
	}
	return append([]string{
		"setpriv", "--reuid=1", "--regid=1", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
		"--pdeathsig", "KILL", "--",
	}, command...)
}

// postgresProgram knows that Debian keeps these out of PATH.
func postgresProgram(name string) string {
	return program(name, "apt-get install postgresql, or brew install postgresql", "/usr/lib/postgresql/*/bin")
}

type postgresClient struct{ pool *pgxpool.Pool }

func usePostgres(env *Env) (caller, error) {
	config, err := pgxpool.ParseConfig("postgres://postgres@server/postgres")
	if err != nil {
		return nil, err
	}
	config.MaxConns = 2
	config.ConnConfig.DialFunc = keepAlive(env.Network)
	config.ConnConfig.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	pool, err := pgxpool.NewWithConfig(context.Background(), config) // it connects when it is first asked
	if err != nil {
		return nil, err
	}
	return &postgresClient{pool}, nil
}

func (c *postgresClient) Ask(ctx context.Context, text string) (answer string, err error) {
	err = c.pool.QueryRow(ctx, "select $1", text).Scan(&answer)
	return answer, err
}

func (c *postgresClient) Fetch(ctx context.Context, lines int) (all string, err error) {
	rows, err := c.pool.Query(ctx, "select repeat(md5(i::text), 7) from generate_series(0, $1 - 1) i", lines)
	if err != nil {
		return "", err
	}
	parts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(parts, ""), err
}

// Wait waits for a notification that nobody ever sends.
func (c *postgresClient) Wait(ctx context.Context) error {
	conn, err := c.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "listen nothing"); err != nil {
		return err
	}
	_, err = conn.Conn().WaitForNotification(ctx)
	return err
}

func (c *postgresClient) Put(ctx context.Context, key, value string) error {
	_, err := c.pool.Exec(ctx, `create table if not exists entries (key text primary key, value text)`)
	if err == nil {
		_, err = c.pool.Exec(ctx, "insert into entries values ($1, $2)", key, value)
	}
	return err
}

func (c *postgresClient) Get(ctx context.Context, key string) (value string, err error) {
	err = c.pool.QueryRow(ctx, "select value from entries where key = $1", key).Scan(&value)
	return value, err
}

func (c *postgresClient) Stop(context.Context) error {
	c.pool.Close()
	return nil
}

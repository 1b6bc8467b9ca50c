package mnginkgo

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DataDir returns the path of a folder for what the role's node keeps on disk. It is
// empty when the role's first node starts, still there with all that is in it for the
// next one, and removed when the spec is over. Each role of each spec has its own; it is
// made when it is first asked for. With keep-data of ginkgo.yml it stays, and the report
// says where.
func (e *Env) DataDir() string {
	if err := os.MkdirAll(e.dataDir, 0o700); err != nil {
		failHere(fmt.Sprintf("DataDir: %v", err), 1)
	}
	return e.dataDir
}

// newDataDir returns where the data of one spec goes. Nothing is there until a role
// needs it, and nobody can guess the name.
func newDataDir() string { return filepath.Join(os.TempDir(), "multinode-data-"+rand.Text()) }

// dataDir returns the folder of a role: its number and as much of its name as any file
// system takes.
func (c *Cluster) dataDir(role string) string {
	const enough = 40
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, role)
	return filepath.Join(c.data, fmt.Sprintf("%d-%s", slices.Index(c.plan.roles, role)+1, plain[:min(len(plain), enough)]))
}

// removeData takes the data of all roles away, unless it is to be kept.
func (c *Cluster) removeData() error {
	if config.KeepData {
		return nil
	}
	return os.RemoveAll(c.data)
}

// keptData has a line for each role whose data is kept, with its path.
func (c *Cluster) keptData() string {
	var b strings.Builder
	for _, role := range c.plan.roles {
		dir := c.dataDir(role)
		if _, err := os.Stat(dir); config.KeepData && err == nil {
			fmt.Fprintf(&b, "  %s  %s\n", role, dir)
		}
	}
	return b.String()
}

package mnginkgo

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
)

// DataDir returns the path of a folder for what the role's node keeps on disk. It is
// empty when the role's first node starts, still there with all that is in it for the
// next one, and removed when the spec is over. Each role of each spec has its own; it is
// made when it is first asked for. With keep-data of ginkgo.yml it stays, and the report
// says where.
func (e *Env) DataDir() string {
	if _, err := os.Stat(e.dataDir); err == nil {
		return e.dataDir
	}
	err := e.backstage.MakeDir(context.Background(), e.dataDir)
	if err == nil || broker.IsGone(err) { // the run is over, and is to leave nothing
		return e.dataDir
	}
	if err := os.MkdirAll(e.dataDir, 0o700); err != nil { // the spec may be over by now
		failHere(fmt.Sprintf("DataDir: %v", err), 1)
	}
	return e.dataDir
}

// newDataDir returns where the data of one spec goes: into the folder of the process that
// its stage lives in, or, if it is to be kept, to where nothing is ever swept away. Nothing
// is there until a role needs it, and nobody can guess the name.
func (p *plan) newDataDir() string {
	switch {
	case config.KeepData:
		return filepath.Join(os.TempDir(), "multinode-data-"+rand.Text())
	case p.parallel && self.Dir() != "":
		return filepath.Join(self.Dir(), "data-"+rand.Text())
	}
	return filepath.Join(scratch.Own.Path(), "data-"+rand.Text())
}

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
	err := os.RemoveAll(c.data)
	scratch.Own.RemoveEmpty() // nobody may be there to do so later
	return err
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

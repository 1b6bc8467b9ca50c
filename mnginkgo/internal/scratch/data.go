package scratch

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Data is what the roles of a spec keep on disk: a folder for each, made when it is first needed.
// Nobody can guess the names.
type Data struct {
	path  string
	roles []string
	keep  bool
}

// NewData returns that of a spec with those roles. It goes into the folder in or, if it is to be
// kept, to where nothing is ever swept away.
func NewData(in string, roles []string, keep bool) Data {
	if keep {
		return Data{filepath.Join(os.TempDir(), "multinode-data-"+rand.Text()), roles, keep}
	}
	return Data{filepath.Join(in, "data-"+rand.Text()), roles, keep}
}

// Of returns the folder of a role: its number and as much of its name as any file system
// takes.
func (d Data) Of(role string) string {
	const enough = 40
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, role)
	return filepath.Join(d.path, fmt.Sprintf("%d-%s", slices.Index(d.roles, role)+1, plain[:min(len(plain), enough)]))
}

// Remove takes the data of all roles away, unless it is to be kept.
func (d Data) Remove() error {
	if d.keep {
		return nil
	}
	err := os.RemoveAll(d.path)
	Own.RemoveEmpty() // nobody may be there to do so later
	return err
}

// Kept has a line for each role whose data is kept, with its path.
func (d Data) Kept() string {
	var b strings.Builder
	for _, role := range d.roles {
		dir := d.Of(role)
		if _, err := os.Stat(dir); d.keep && err == nil {
			fmt.Fprintf(&b, "  %s  %s\n", role, dir)
		}
	}
	return b.String()
}

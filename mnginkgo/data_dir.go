package mnginkgo

import (
	"fmt"

	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
)

// DataDir returns the path of a folder for what the role's node keeps on disk. It is
// empty when the role's first node starts, still there with all that is in it for the
// next one, and removed when the spec is over. Each role of each spec has its own; it is
// made when it is first asked for. With keep-data of ginkgo.yml it stays, and the report
// says where.
func (e *Env) DataDir() string {
	dir, err := e.node.DataDir()
	if err != nil {
		failHere(fmt.Sprintf("DataDir: %v", err), 1)
	}
	return dir
}

// newData returns where the data of one spec goes: into the folder of the process that its
// stage lives in, unless it is to be kept.
func (p *plan) newData() scratch.Data {
	in := scratch.Own.Path()
	if p.parallel && self.Dir() != "" {
		in = self.Dir()
	}
	return scratch.NewData(in, p.roles, config.KeepData)
}

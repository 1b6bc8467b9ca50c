//go:build !unix

package broker

import "os"

// killGroup kills a child.
func killGroup(p *os.Process) error { return p.Kill() }

//go:build !linux

package pipe

import "os"

// enlarge does nothing: only Linux lets pipes grow.
func enlarge(*os.File) {}

// atomicWrite is how many bytes a pipe takes whole or not at all: as many as POSIX asks
// for.
const atomicWrite = 512

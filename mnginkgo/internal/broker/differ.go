package broker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

func hashOf(tree string) string {
	sum := sha256.Sum256([]byte(tree))
	return hex.EncodeToString(sum[:])
}

// difference says where two processes' trees part. Each line of a tree is one node.
func difference(mine, theirs, process string) error {
	own, other := strings.Split(mine, "\n"), strings.Split(theirs, "\n")
	for i := range max(len(own), len(other)) {
		a, b := lineAt(own, i), lineAt(other, i)
		if a != b {
			return fmt.Errorf("%s built another tree of specs than process 1;\nall processes must build the same. "+
				"The first node that differs is number %d:\n  process 1: %s\n  %s: %s\n"+
				"Look for code in a container's body that depends on the process, the time, an unsorted map or chance",
				process, i+1, a, process, b)
		}
	}
	return nil
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

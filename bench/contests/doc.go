// Package contests has what make bench compares.
package contests

// The names of contenders.
const (
	ours  = "multinode"
	proto = "protoactor"
)

// Package contests has what make bench compares.
package contests

// ours is the contender that is multinode.
const ours = "multinode"

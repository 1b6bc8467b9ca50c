package gossip

// SmallCluster is the size up to which every member watches every other one, so that every
// cut between two of them is seen. In a larger cluster the members form a ring, in the
// order of their addresses, and each is watched by those that follow it until k reachable
// ones are among them: the cost for a node does not grow with the cluster, and members that
// crash together still have somebody who sees it.
const SmallCluster = 10

// Watchers calls yield with the index of each member that watches the i-th of n, where
// reachable says who can be reached.
func Watchers(i, n, k int, reachable func(int) bool, yield func(int)) {
	walk(i, n, k, 1, reachable, yield)
}

// Watched calls yield with the index of each member that the i-th of n watches. It is
// the same relation as Watchers, seen from the other end.
func Watched(i, n, k int, reachable func(int) bool, yield func(int)) {
	walk(i, n, k, n-1, reachable, yield)
}

// walk goes round the ring from i in steps of step, which is forward for 1 and backward
// for n-1, until k reachable ones lie behind it.
func walk(i, n, k, step int, reachable func(int) bool, yield func(int)) {
	if n <= SmallCluster {
		k = n
	}
	passed := 0
	for j := (i + step) % n; j != i && passed < k; j = (j + step) % n {
		yield(j)
		if reachable(j) {
			passed++
		}
	}
}

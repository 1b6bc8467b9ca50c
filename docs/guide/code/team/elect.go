package team

import "time"

// Elected returns who leads: the one whom a majority follows, as far as the node has heard, or nobody, "".
func (n *Node) Elected() string {
	votes := map[string]int{n.Leader(): 1}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, last := range n.heard {
		if time.Since(last.at) < Patience {
			votes[last.leader]++
		}
	}
	for name, count := range votes {
		if name != "" && n.majority(count) {
			return name
		}
	}
	return ""
}

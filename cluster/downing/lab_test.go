package downing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// letterLab is a lab whose nodes are letters, so that "ab" is two of them.
type letterLab struct{ *lab.Lab }

// The lab's detector needs up to 200 ms, and its policies as long again.
const (
	beat     = 50 * time.Millisecond
	patience = 200 * time.Millisecond
	soon     = 250 * time.Millisecond
)

func newLab(t testing.TB, seed uint64, policy cluster.Downing) letterLab {
	l := lab.New(t, cluster.WithSeeds("a", "b"), cluster.WithDetector(cluster.Deadline(beat, patience)), cluster.WithDowning(policy))
	l.Seed = seed
	return letterLab{l}
}

func letters(nodes string) (addresses []transport.Address) {
	for _, node := range nodes {
		addresses = append(addresses, transport.Address(node))
	}
	slices.Sort(addresses)
	return addresses
}

// start boots nodes and waits until all are up.
func (l letterLab) start(nodes string) {
	l.Helper()
	l.Start(letters(nodes)...)
	l.await(nodes)
}

// await waits until each of the nodes sees just these members, all well.
func (l letterLab) await(nodes string) {
	l.Helper()
	l.AwaitUp(letters(nodes)...)
}

func (l letterLab) split(here, there string) {
	l.Helper()
	for _, a := range letters(here) {
		l.Cut(a, letters(there)...)
	}
}

func (l letterLab) heal(here, there string) {
	for _, a := range letters(here) {
		l.Heal(a, letters(there)...)
	}
}

// living returns the nodes that have not ended.
func (l letterLab) living() string {
	var out strings.Builder
	for _, a := range l.Addresses() {
		select {
		case <-l.Nodes[a].Done():
		default:
			out.WriteString(string(a))
		}
	}
	return out.String()
}

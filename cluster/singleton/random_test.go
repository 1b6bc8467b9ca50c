package singleton

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// TestNeverTwo has nodes leave, crash and come back at random while others send, and
// looks for two instances at a time, and for messages handled twice or in another order.
func TestNeverTwo(t *testing.T) {
	for seed := range lab.Seeds(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { randomLife(t, seed) })
		})
	}
}

func randomLife(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	l := newLab(t)
	all := []transport.Address{"a", "b", "c", "d", "e"}
	l.Options = append(l.Options, cluster.WithSeeds(all...))
	l.start(all...)
	sent := 0
	for range 60 {
		running := make([]transport.Address, 0, len(all))
		for _, a := range all {
			if l.Nodes[a] != nil {
				running = append(running, a)
			}
		}
		one := all[r.IntN(len(all))]
		switch n := l.Nodes[one]; {
		case n == nil:
			l.join(one)
			l.run(one)
		case len(running) <= 2:
		case r.IntN(2) == 0:
			l.Crash(one)
			l.note("stop %s", one)
		default:
			delete(l.Nodes, one)
			if err := n.Leave(l.Within(time.Minute)); err != nil {
				t.Errorf("%s: %v", one, err)
			}
			n.System().Kill()
		}
		for _, a := range running {
			for range 3 {
				if n := l.Nodes[a]; n != nil {
					sent++
					l.tell(a, fmt.Sprintf("%s#%d %d", a, n.Self().Incarnation, sent))
				}
			}
		}
		time.Sleep(time.Duration(r.IntN(700)) * time.Millisecond)
	}
	l.Await(time.Minute, "the end", func(v cluster.View) bool { return v.Converged && len(v.Members) == len(l.Nodes) })
	check(t, l.past())
}

// check fails if the history has two instances at a time, or messages of one sender in
// another order.
func check(t *testing.T, history []string) {
	t.Helper()
	running, last, handled := "", map[string]int{}, 0
	for i, h := range history {
		words := strings.Fields(h)
		switch words[0] {
		case "start":
			if running != "" {
				t.Fatalf("two at a time: %s", strings.Join(history[max(0, i-20):i+1], ", "))
			}
			running = words[1]
		case "stop":
			if running == words[1] {
				running = ""
			}
		default:
			handled++
			var number int
			if _, err := fmt.Sscan(words[2], &number); err != nil || number <= last[words[1]] {
				t.Fatalf("%s after %d: %v", h, last[words[1]], err)
			}
			last[words[1]] = number
		}
	}
	if moves := len(slices.DeleteFunc(slices.Clone(history), func(h string) bool { return !strings.HasPrefix(h, "start") })); moves < 3 || handled < 100 {
		t.Errorf("%d starts and %d messages handled: this test tests nothing", moves, handled)
	}
}

package registry_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// registered is an item that should be known, of an actor that lives.
type registered struct {
	at     transport.Address
	key    string
	ref    actor.Ref[int]
	remove func()
}

// chaos does things at random to five nodes, and remembers what should be left.
type chaos struct {
	*world
	rand *rand.Rand
	left []registered
	cuts [][2]transport.Address
}

var five = []transport.Address{"a", "b", "c", "d", "e"}

// TestRandomLives lets five nodes live through registrations, cuts and crashes. Once all
// is healed they must agree on what is left, and on nothing else.
func TestRandomLives(t *testing.T) {
	for seed := range lab.Seeds(40) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &chaos{
					world: newWorld(t, cluster.WithDowning(cluster.AutoDown(3*time.Second))),
					rand:  rand.New(rand.NewPCG(seed, 3)),
				}
				c.Start(five...)
				c.AwaitUp()
				for range 10 {
					for range 20 {
						c.step()
						time.Sleep(time.Duration(c.rand.IntN(100)) * time.Millisecond)
					}
					c.healAll() // before anybody is given up
				}
				c.settle()
			})
		})
	}
}

func (c *chaos) step() {
	running := c.Addresses()
	at := running[c.rand.IntN(len(running))]
	switch c.rand.IntN(14) {
	case 0, 1, 2, 3, 4:
		key := string(rune('k' + c.rand.IntN(3)))
		ref, remove := c.add(at, key)
		c.left = append(c.left, registered{at, key, ref, remove})
	case 5, 6:
		if r, ok := c.take(); ok {
			r.remove()
		}
	case 7, 8:
		if r, ok := c.take(); ok {
			c.Must(c.Nodes[r.at].System().StopActor(context.Background(), r.ref))
		}
	case 9, 10:
		if other := running[c.rand.IntN(len(running))]; other != at {
			c.Cut(at, other)
			c.cuts = append(c.cuts, [2]transport.Address{at, other})
		}
	case 11:
		c.healAll()
	case 12:
		if len(running) > 2 {
			c.Crash(at)
			c.left = slices.DeleteFunc(c.left, func(r registered) bool { return r.at == at })
		}
	case 13:
		c.startOne()
	}
}

func (c *chaos) take() (registered, bool) {
	if len(c.left) == 0 {
		return registered{}, false
	}
	i := c.rand.IntN(len(c.left))
	r := c.left[i]
	c.left = slices.Delete(c.left, i, i+1)
	return r, true
}

func (c *chaos) healAll() {
	for _, cut := range c.cuts {
		c.Heal(cut[0], cut[1])
	}
	c.cuts = nil
}

// startOne starts a node that does not run.
func (c *chaos) startOne() {
	for _, a := range five {
		if c.Nodes[a] == nil {
			c.Start(a)
			return
		}
	}
}

// settle waits until every node has just what is left.
func (c *chaos) settle() {
	c.healAll()
	for len(c.Nodes) < len(five) {
		c.startOne()
	}
	c.AwaitUp()
	var want []string
	for _, r := range c.left {
		want = append(want, fmt.Sprintf("%s %s#%d", r.key, r.ref, r.ref.Incarnation()))
	}
	slices.Sort(want)
	var have string
	defer func() {
		if c.Failed() {
			c.Logf("want %s\nhave %s", want, have)
		}
	}()
	c.Until(time.Minute, "agreement on what is left", func() bool {
		for _, a := range c.Addresses() {
			if have = fmt.Sprint(c.flat(a)); have != fmt.Sprint(want) {
				have = string(a) + " " + have
				return false
			}
		}
		return true
	})
}

// flat returns each entry that a node has as a line, in order.
func (c *chaos) flat(a transport.Address) []string {
	var lines []string
	for line := range strings.SplitSeq(c.listing(a), "; ") {
		key, refs, _ := strings.Cut(line, ": ")
		for ref := range strings.FieldsSeq(refs) {
			lines = append(lines, key+" "+ref)
		}
	}
	slices.Sort(lines)
	return lines
}

package account

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Commands are the latest commands of a spec that have failed, for its timeline.
type Commands struct {
	mu     sync.Mutex
	failed []stage.Entry // in the order in which they ended
}

// keptCommands bounds them: a loop may call a command until it succeeds.
const keptCommands = 100

// Failed notes a command, by the place where it was declared.
func (c *Commands) Failed(place, role string, began time.Time, text string) {
	now := time.Now()
	took := float64(now.Sub(began)) / float64(time.Millisecond)
	text = strings.Join(strings.Fields(text), " ")
	text = fmt.Sprintf("command (%s) failed on %s after %.3fms: %.100s", place, role, took, text)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, stage.Entry{Time: now, Text: text})
	if len(c.failed) > keptCommands {
		c.failed = slices.Delete(c.failed, 0, 1)
	}
}

// Note notes something else that belongs into the timeline.
func (c *Commands) Note(e stage.Entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, e)
}

// Into returns a timeline with the commands at their times.
func (c *Commands) Into(timeline []stage.Entry) []stage.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Concat(timeline, c.failed)
	slices.SortStableFunc(all, func(x, y stage.Entry) int { return x.Time.Compare(y.Time) })
	return all
}

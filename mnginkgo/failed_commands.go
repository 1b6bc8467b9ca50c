package mnginkgo

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// failedCommands are the latest commands of a spec that have failed, for its timeline.
type failedCommands struct {
	mu      sync.Mutex
	entries []stage.Entry // in the order in which they ended
}

// keptCommands bounds them: a loop may call a command until it succeeds.
const keptCommands = 100

// add notes a command, by the place where it was declared.
func (f *failedCommands) add(declared types.CodeLocation, role string, began time.Time, err error) {
	now := time.Now()
	text := err.Error()
	if e := (*CommandError)(nil); errors.As(err, &e) {
		text = e.Text
	}
	text = strings.Join(strings.Fields(text), " ")
	place := fmt.Sprintf("%s:%d", filepath.Base(declared.FileName), declared.LineNumber)
	took := float64(now.Sub(began)) / float64(time.Millisecond)
	text = fmt.Sprintf("command (%s) failed on %s after %.3fms: %.100s", place, role, took, text)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entries = append(f.entries, stage.Entry{Time: now, Text: text})
	if len(f.entries) > keptCommands {
		f.entries = slices.Delete(f.entries, 0, 1)
	}
}

// into returns a timeline with the commands at their times.
func (f *failedCommands) into(timeline []stage.Entry) []stage.Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Concat(timeline, f.entries)
	slices.SortStableFunc(all, func(x, y stage.Entry) int { return x.Time.Compare(y.Time) })
	return all
}

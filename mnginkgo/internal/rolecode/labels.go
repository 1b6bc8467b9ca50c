package rolecode

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

// labelKey is the key of the profiler label that the goroutines of a role bear.
const labelKey = "multinode"

func labelOf(owner, call uint64) string { return fmt.Sprintf("%d.%d", owner, call) }

// labelPattern finds a label of ours in a goroutine profile.
var labelPattern = regexp.MustCompile(`(?m)^# labels: \{.*"` + labelKey + `":"(\d+)\.(\d+)"`)

// seen are the labels of goroutines that were looked up: one that has none, or has been started with
// one, keeps to that. Numbers of goroutines are not used again.
var seen = struct {
	sync.Mutex
	labels map[uint64][2]uint64
}{labels: map[uint64][2]uint64{}}

// seenKept bounds what is kept of goroutines, most of which have ended.
const seenKept = 4096

// looking makes sure that one goroutine at a time is in look.
var looking sync.Mutex

// label returns the numbers of the label of the calling goroutine, whose own number is given, or zeros if
// it bears none.
func label(id uint64) (owner, call uint64) {
	seen.Lock()
	numbers, known := seen.labels[id]
	seen.Unlock()
	if known {
		return numbers[0], numbers[1]
	}
	looking.Lock()
	owner, call = look()
	looking.Unlock()
	seen.Lock()
	defer seen.Unlock()
	if len(seen.labels) >= seenKept {
		clear(seen.labels)
	}
	seen.labels[id] = [2]uint64{owner, call}
	return owner, call
}

// look finds the label in a profile of all goroutines, as Go tells it nowhere else: of those, the caller is
// the one that is in look.
//
//go:noinline
func look() (owner, call uint64) {
	for _, record := range profile() {
		if bytes.Contains(record, []byte("rolecode.look+")) {
			return labelIn(record)
		}
	}
	return 0, 0
}

// profile returns a record for each group of goroutines with the same stack and labels.
func profile() [][]byte {
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		return nil // a buffer takes everything
	}
	return bytes.Split(text.Bytes(), []byte("\n\n"))
}

func labelIn(record []byte) (owner, call uint64) {
	found := labelPattern.FindSubmatch(record)
	if found == nil {
		return 0, 0
	}
	owner, _ = strconv.ParseUint(string(found[1]), 10, 64)
	call, _ = strconv.ParseUint(string(found[2]), 10, 64)
	return owner, call
}

// Left returns how many goroutines the role has left running.
func (o *Owner) Left() (n int) {
	for _, record := range profile() {
		if owner, _ := labelIn(record); owner == o.number {
			count, _ := group(record)
			n += count
		}
	}
	return n
}

// waitLeft waits until the role has left no goroutine running, and returns how many it still has when patience
// is over or ctx ends. No event tells that one has ended, so it looks again and again, and ever less often.
func (o *Owner) waitLeft(ctx context.Context, patience time.Duration) (left int) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for wait := time.Millisecond; ; wait = min(2*wait, time.Second) {
		if left = o.Left(); left == 0 {
			return 0
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return left
		}
	}
}

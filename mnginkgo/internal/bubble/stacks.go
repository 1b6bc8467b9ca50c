package bubble

import (
	"bytes"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// header returns the first line of the calling goroutine's stack: "goroutine 7 [running, synctest bubble 2]:".
func header() string {
	var head [128]byte
	line, _, _ := bytes.Cut(head[:runtime.Stack(head[:], false)], []byte("\n"))
	return string(line)
}

var bubbleName = regexp.MustCompile(`synctest bubble \d+`)

// bubbleOf returns the name of the bubble that a goroutine is in, or "".
func bubbleOf(header string) string { return bubbleName.FindString(header) }

// goroutineOf returns the number of a goroutine.
func goroutineOf(header string) uint64 {
	digits, _, _ := strings.Cut(strings.TrimPrefix(header, "goroutine "), " ")
	number, _ := strconv.ParseUint(digits, 10, 64)
	return number
}

// others returns the stacks of the bubble's other goroutines, but for those that are there because it is. The
// caller is one of it.
func (b *Bubble) others() []string {
	own := goroutineOf(header())
	all := stacks(func(header string) bool { return bubbleOf(header) == b.name && goroutineOf(header) != own })
	return slices.DeleteFunc(all, func(stack string) bool { return ofSynctest.MatchString(stack) })
}

// ofSynctest matches the stacks of goroutines that wait for a bubble's first one.
var ofSynctest = regexp.MustCompile(`\n(internal/synctest\.Run|testing/synctest\.testingSynctestTest)\(`)

// restless returns the stacks of the goroutines that keep a bubble's clock from moving.
func restless(name string) []string {
	return stacks(func(header string) bool { return bubbleOf(header) == name && !strings.Contains(header, "(durable)") })
}

// stacks returns the stacks of the goroutines with such a header.
func stacks(is func(header string) bool) (all []string) {
	for stack := range strings.SplitSeq(AllStacks(), "\n\n") {
		if header, _, _ := strings.Cut(stack, "\n"); is(header) {
			all = append(all, stack)
		}
	}
	return all
}

// AllStacks returns the stacks of all goroutines of the process.
func AllStacks() string {
	for size := 1 << 16; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return string(buf[:n])
		}
	}
}

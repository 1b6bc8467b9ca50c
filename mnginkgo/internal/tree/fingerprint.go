package tree

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// node is what this process registered: a node of Ginkgo's, or something of ours.
type node struct {
	kind   string
	text   string
	caller uintptr // whose line it is
	top    int     // the top-level container that it is in; -1 for none
}

// String returns kind, text and place.
func (n node) String() string {
	frame, _ := runtime.CallersFrames([]uintptr{n.caller}).Next()
	return fmt.Sprintf("%s %q at %s:%d", n.kind, n.text, frame.File, frame.Line)
}

// Register notes something of ours for the fingerprint, at the line of the caller's caller.
func (t *Tree[P]) Register(kind, text string) {
	var caller [1]uintptr
	runtime.Callers(3, caller[:])
	t.nodes = append(t.nodes, node{kind, text, caller[0], t.currentTop()})
	t.claim()
}

// Fingerprint returns a line for each thing this process registered. All processes of Ginkgo's
// must have the same.
func (t *Tree[P]) Fingerprint() string { return t.lines(func(node) bool { return true }) }

// PartFingerprint is that of a child, which builds Part alone.
func (t *Tree[P]) PartFingerprint() string {
	return t.lines(func(n node) bool { return n.top < 0 || t.ours[n.top] })
}

func (t *Tree[P]) lines(is func(node) bool) string {
	var b strings.Builder
	for _, n := range t.nodes {
		if is(n) {
			b.WriteString(n.String())
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Part names the top-level containers with something of ours in them. A large suite of other
// specs is not built again in each child.
func (t *Tree[P]) Part() string {
	var words []string
	for _, top := range slices.Sorted(maps.Keys(t.ours)) {
		words = append(words, strconv.Itoa(top))
	}
	return strings.Join(words, ",")
}

// BuildOnly has no other top-level containers built than those that Part has named.
func (t *Tree[P]) BuildOnly(part string) {
	t.only = map[int]bool{}
	for word := range strings.SplitSeq(part, ",") {
		if top, err := strconv.Atoi(word); err == nil {
			t.only[top] = true
		}
	}
}

// Numbered is what was declared while the tree was built. A number names the same in all
// processes.
type Numbered[T any] struct{ all []T }

// Add returns the number of one more.
func (n *Numbered[T]) Add(x T) int {
	n.all = append(n.all, x)
	return len(n.all) - 1
}

// At returns the one of that number.
func (n *Numbered[T]) At(number int) T { return n.all[number] }

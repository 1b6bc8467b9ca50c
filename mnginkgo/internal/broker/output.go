package broker

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// output is what a process prints. It is cut into lines, which are told to line at once, and
// of which the last are kept.
type output struct {
	line  func(text string)
	raced func(report string) // is told of each report of the race detector; nil if there is none

	mu     sync.Mutex
	part   []byte
	kept   []byte
	head   []byte   // of what the runtime has said of a crash, with what stood before it
	since  int      // bytes since that began
	report []string // of the race detector, under way
	races  int      // reports so far
	marks  map[string]chan struct{}
	next   int
}

// outputKept is how much of a process's output is kept, in bytes: enough for a panic
// with its first stacks.
const outputKept = 16 << 10

// longestLine bounds a line, in bytes; what is longer is told in pieces.
const longestLine = 4 << 10

// markStart begins a mark, which nobody else prints.
const markStart = "\x00multinode "

func newOutput(line func(string), raced func(string)) *output {
	return &output{line: line, raced: raced, marks: map[string]chan struct{}{}}
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.part = append(o.part, p...)
	for o.cut() {
	}
	return len(p), nil
}

// cut takes the first line or mark off what was written, if it is whole.
func (o *output) cut() bool {
	end := bytes.IndexByte(o.part, '\n')
	switch at := bytes.Index(o.part, []byte(markStart)); {
	case at == 0 && end < 0:
		return false
	case at == 0:
		o.see(string(o.part[:end]))
		o.part = append(o.part[:0], o.part[end+1:]...)
		return true
	case at > 0 && at < end: // behind a line without an end
		o.take(o.part[:at])
		o.part = append(o.part[:0], o.part[at:]...)
		return true
	}
	skip := 1
	if end < 0 {
		if len(o.part) < longestLine {
			return false
		}
		end, skip = longestLine, 0
	}
	o.take(o.part[:end])
	o.part = append(o.part[:0], o.part[end+skip:]...)
	return true
}

func (o *output) take(line []byte) {
	text := strings.TrimRight(string(line), "\r")
	o.crash(text)
	o.kept = append(append(o.kept, text...), '\n')
	if extra := len(o.kept) - outputKept; extra > 0 {
		o.kept = append(o.kept[:0], o.kept[extra:]...)
	}
	o.line(text)
	if o.raced != nil {
		o.watch(text)
	}
}

// The race detector prints its reports between such lines.
const (
	raceRule = "=================="
	raceHead = "WARNING: DATA RACE"
)

// longestReport bounds a report, in lines.
const longestReport = 200

func (o *output) watch(line string) {
	switch {
	case strings.HasPrefix(line, raceHead):
		o.report = []string{line}
	case len(o.report) == 0:
	case line == raceRule:
		o.races++
		o.raced(strings.Join(o.report, "\n"))
		o.report = nil
	case len(o.report) < longestReport:
		o.report = append(o.report, line)
	}
}

// end takes what is left when there will be no more.
func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.part) > 0 && !bytes.HasPrefix(o.part, []byte(markStart)) {
		o.take(o.part)
	}
	o.part = nil
	if len(o.report) > 0 {
		o.watch(raceRule)
	}
}

// mark returns a mark for the process to print, and a channel that is closed when it was read.
func (o *output) mark() (mark string, seen chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.next++
	mark, seen = fmt.Sprintf("%s%d", markStart, o.next), make(chan struct{})
	o.marks[mark] = seen
	return mark, seen
}

func (o *output) see(mark string) {
	if seen := o.marks[mark]; seen != nil {
		close(seen)
		delete(o.marks, mark)
	}
}

// crashLine matches how the runtime begins to tell of a crash.
var crashLine = regexp.MustCompile(`^(panic: |fatal error: |SIG[A-Z]+: |unexpected fault |runtime: goroutine stack exceeds)`)

// What is kept of the beginning of a crash, in bytes: what stood before it, and of itself.
const (
	beforeCrash = 1 << 10
	crashKept   = 6 << 10
)

// crash keeps the beginning of what the runtime says of a crash, which may be long: it ends with
// the stacks of all goroutines.
func (o *output) crash(line string) {
	if crashLine.MatchString(line) {
		o.head = bytes.Clone(o.kept[max(0, len(o.kept)-beforeCrash):])
		o.since = 0
	}
	if o.head == nil {
		return
	}
	o.since += len(line) + 1
	if o.since <= crashKept {
		o.head = append(append(o.head, line...), '\n')
	}
}

// String returns the last of what was printed and, if that is the end of a long crash, how that
// began.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := slices.Concat(o.kept, o.part)
	if o.since < outputKept {
		return string(last)
	}
	return string(o.head) + "...\n" + string(last[len(last)*3/4:])
}

// foundRaces returns how many reports of the race detector were printed.
func (o *output) foundRaces() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.races
}

// lastOutput puts what a process last wrote on lines of its own.
func lastOutput(output string) string {
	output = stage.Visible(strings.TrimSpace(output))
	if output == "" {
		return ", without a last word"
	}
	return "\nits last output:\n  " + strings.ReplaceAll(output, "\n", "\n  ")
}

// flush returns when all that the process has printed so far was read, or soon.
func (h *host) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	mark, seen := h.output.mark()
	if err := tell(ctx, h.peer, methodMark, mark+"\n"); err != nil {
		return // it has died, or is stopped: what it has printed is read when it can be
	}
	select {
	case <-seen:
	case <-ctx.Done():
	}
}

// drain returns when all that a Ginkgo process that has died had printed is read.
func (h *host) drain() {
	if h.printed == nil {
		return
	}
	mark, seen := h.output.mark()
	if _, err := io.WriteString(h.printed, mark+"\n"); err != nil {
		return // it is closed
	}
	select {
	case <-seen:
	case <-time.After(flushTimeout):
	}
}

// flushTimeout bounds how long a process may take to print a mark: one that is stuck must not
// hold up the report that it is.
const flushTimeout = 500 * time.Millisecond

// listen has what the host prints reach the spec whose role it hosts.
func (h *host) listen() {
	var raced func(string)
	if h.b.config.Race {
		raced = h.hasRaced
	}
	h.output = newOutput(func(line string) {
		if l, role, err := h.hostsFor(); err == nil {
			l.Log(stage.Entry{Time: time.Now(), Role: role, Text: stage.Printed + line})
		}
	}, raced)
}

// failed takes what has failed on the role that the host has, outside of any call.
func (h *host) failed(f stage.Failure) {
	h.b.mu.Lock()
	l := h.lease
	h.raced = h.raced || f.Kind == stage.Race
	h.b.mu.Unlock()
	if l == nil {
		h.b.late(&f)
		return
	}
	l.Failed(f)
}

// hasRaced takes a report of the race detector.
func (h *host) hasRaced(report string) {
	h.b.mu.Lock()
	l, role, pid, before := h.lease, h.role, h.pid, h.history()
	h.b.mu.Unlock()
	if l == nil {
		h.b.late(fmt.Errorf("%s (process id %d)%s has a data race:\n%s", h.name, pid, before, report))
		return
	}
	l.Failed(stage.Failure{Role: role, PID: pid, Kind: stage.Race, Message: report})
}

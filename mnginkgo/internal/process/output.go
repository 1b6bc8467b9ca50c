package process

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Output is what a process prints. It is cut into lines, which are told to line at once, and
// of which the last are kept.
type Output struct {
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

// NewOutput returns an Output that tells line of each line, and raced, unless it is nil, of each
// report of the race detector.
func NewOutput(line func(string), raced func(string)) *Output {
	return &Output{line: line, raced: raced, marks: map[string]chan struct{}{}}
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.part = append(o.part, p...)
	for o.cut() {
	}
	return len(p), nil
}

// cut takes the first line or mark off what was written, if it is whole.
func (o *Output) cut() bool {
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

func (o *Output) take(line []byte) {
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

func (o *Output) watch(line string) {
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

// End takes what is left when there will be no more.
func (o *Output) End() {
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

// Mark returns a mark for the process to print, and a channel that is closed when it was read.
func (o *Output) Mark() (mark string, seen chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.next++
	mark, seen = fmt.Sprintf("%s%d", markStart, o.next), make(chan struct{})
	o.marks[mark] = seen
	return mark, seen
}

func (o *Output) see(mark string) {
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
func (o *Output) crash(line string) {
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
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := slices.Concat(o.kept, o.part)
	if o.since < outputKept {
		return string(last)
	}
	return string(o.head) + "...\n" + string(last[len(last)*3/4:])
}

// Races returns how many reports of the race detector were printed.
func (o *Output) Races() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.races
}

// DialPrinted opens the FIFO that ListenPrinted has made, to print into.
func DialPrinted(path string) (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) }

// LastWords returns String as LastWords has it.
func (o *Output) LastWords() string { return LastWords(o.String()) }

// LastWords puts what a process last printed on lines of its own, behind what says how it ended.
func LastWords(printed string) string {
	printed = Visible(strings.TrimSpace(printed))
	if printed == "" {
		return ", without a last word"
	}
	return "\nits last output:\n  " + strings.ReplaceAll(printed, "\n", "\n  ")
}

// Visible returns a text without what a terminal would take for a command. Lines and tabs stay.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, text)
}

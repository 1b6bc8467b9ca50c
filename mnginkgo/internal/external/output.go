package external

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// linesKept is how many lines of a program's output are kept for an error's text.
const linesKept = 20

// longestLine bounds a line, in bytes; what is longer is logged in pieces.
const longestLine = 4 << 10

// output logs what a program writes, line by line.
type output struct {
	log     *slog.Logger
	pattern *regexp.Regexp
	ready   chan struct{} // closed when a line matches; nil without a pattern

	mu    sync.Mutex
	part  []byte // of a line
	lines []string
	found bool
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.part = append(o.part, p...)
	for {
		i := bytes.IndexByte(o.part, '\n')
		if i < 0 && len(o.part) > longestLine {
			i = longestLine
		}
		if i < 0 {
			return len(p), nil
		}
		o.line(strings.TrimRight(string(o.part[:i]), "\r"))
		o.part = append(o.part[:0], bytes.TrimPrefix(o.part[i:], []byte("\n"))...)
	}
}

// end logs what is left when there will be no more.
func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.part) > 0 {
		o.line(string(o.part))
		o.part = nil
	}
}

func (o *output) line(text string) {
	o.log.Info(text)
	if o.lines = append(o.lines, text); len(o.lines) > linesKept {
		o.lines = o.lines[1:]
	}
	if o.ready != nil && !o.found && o.pattern.MatchString(text) {
		o.found = true
		close(o.ready)
	}
}

// last returns the last output, for the end of an error's text.
func (o *output) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.lines
	if len(o.part) > 0 {
		lines = append(slices.Clip(lines), string(o.part))
	}
	if len(lines) == 0 {
		return ", without a word"
	}
	return "\nits last output:\n  " + strings.Join(lines, "\n  ")
}

// Package progress shows how far long work has come, on a line of a terminal that is written over and over.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Line is a line of a terminal. Several goroutines may use it at once. A nil one shows nothing.
type Line struct {
	to    io.Writer
	width func() int

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// On returns a line of the terminal that a file is, or nil if it is none.
func On(file *os.File) *Line {
	if !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	return &Line{to: file, width: func() int {
		width, _, err := term.GetSize(int(file.Fd()))
		if err != nil {
			return 80
		}
		return width
	}}
}

// often is how long a line stands at least.
const often = 100 * time.Millisecond

// Show shows a text, and before it a bar of which done of all is full if all is more than 0. Now is the time by a
// clock that goes on.
func (l *Line) Show(now time.Time, done, all int, text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown && now.Sub(l.last) < often {
		return
	}
	l.last, l.shown = now, true
	if all > 0 {
		const width = 20
		full := min(width*done/all, width)
		text = fmt.Sprintf("[%s%s] %d of %d  %s", strings.Repeat("#", full), strings.Repeat(" ", width-full), done, all, text)
	}
	runes := []rune("multinode: " + text)
	runes = runes[:min(len(runes), max(l.width()-1, 0))]
	_, _ = io.WriteString(l.to, clear+string(runes)+"\r")
}

// clear begins the line anew.
const clear = "\r\x1b[2K"

// Clear takes the line away, for what others write.
func (l *Line) Clear() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		l.shown = false
		_, _ = io.WriteString(l.to, clear)
	}
}

package recorder

import (
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
)

// Recorder notes what a spec does. Several goroutines may use it at once. A nil one notes nothing.
type Recorder struct {
	mu         sync.Mutex
	verbs      []span
	operations latest
	look       look
}

// span is something that takes a while.
type span struct {
	began, ended time.Time // zero: it goes on
	text         string
	err          string
}

// New returns a Recorder that has noted nothing.
func New() *Recorder { return &Recorder{} }

// Verb notes that a verb begins. What it returns is to be called with how it ends, and returns that.
func (r *Recorder) Verb(text string) (ended func(error) error) {
	if r == nil {
		return func(err error) error { return err }
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.verbs)
	r.verbs = append(r.verbs, span{began: time.Now(), text: text})
	return func(err error) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.verbs[i].ended = time.Now()
		if err != nil {
			r.verbs[i].err = oneLine(err.Error())
		}
		return err
	}
}

// Began returns when the first verb was, from when on times count, or zero.
func (r *Recorder) Began() time.Time {
	if r == nil {
		return time.Time{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.verbs) == 0 {
		return time.Time{}
	}
	return r.verbs[0].began
}

// oneLine returns the beginning of a text, in one line.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// longest is how long the text of an operation or error may be, in bytes.
const longest = 200

// look is what matchers of views have looked at last.
type look struct {
	matcher sight.Matcher
	wanted  string
	detail  string
	whole   bool
	rows    []sight.Row
}

// Looked notes what a matcher of views has just seen.
func (r *Recorder) Looked(m sight.Matcher, whole bool) {
	seer, sees := m.(interface {
		Seen() (wanted, detail string, rows []sight.Row)
	})
	if r == nil || !sees {
		return
	}
	wanted, detail, rows := seer.Seen()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.look.matcher != m {
		r.look = look{matcher: m, wanted: wanted, detail: detail, whole: whole}
	}
	r.look.rows = rows
}

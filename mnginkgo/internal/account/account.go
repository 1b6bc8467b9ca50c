package account

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// Account is what is known of a spec, in the order in which it is told.
type Account struct {
	Title      string // see Title
	Variant    string
	Seed       uint64
	GinkgoSeed int64
	Summary    []string          // the answer in words
	Page       string            // where that is to be seen
	Again      string            // the command that does the same again, if there is one
	Losses     []string          // why processes are gone that the failure does not tell of
	Views      []sight.Row       // what the nodes see
	Data       string            // a line for each folder that is kept
	Links      []transport.Stats // between roles: see ByRole
	Idle       []string          // the verbs of faults without an effect
	Stalls     []stage.Stall
	Timeline   []stage.Entry
	NoTimeline error // why there is none
}

// String returns the account, whose last line ends.
func (a Account) String() string {
	var b strings.Builder
	b.WriteString(a.Title + "\n")
	for _, sentence := range a.Summary {
		b.WriteString(folded(sentence))
	}
	if a.Page != "" {
		b.WriteString("page: " + a.Page + "\n")
	}
	fmt.Fprintf(&b, "%s variant; seed %d, of --seed=%d\n", a.Variant, a.Seed, a.GinkgoSeed)
	if a.Again != "" {
		b.WriteString("again: " + a.Again + "\n")
	}
	for _, lost := range a.Losses {
		b.WriteString(lost + "\n")
	}
	b.WriteString(views(a.Views))
	section(&b, "data that is kept", a.Data)
	section(&b, "links that lost or delayed frames", lossy(a.Links))
	b.WriteString(behind(a.Links))
	section(&b, "faults without an effect", lines(a.Idle))
	for _, s := range a.Stalls {
		section(&b, "goroutines when "+s.What+" timed out", goroutines(s.Where))
	}
	if a.NoTimeline != nil {
		section(&b, "timeline", lines([]string{a.NoTimeline.Error()}))
	} else {
		section(&b, "timeline", timeline(a.Timeline))
	}
	return b.String()
}

// section writes text below a heading, if there is some.
func section(b *strings.Builder, heading, text string) {
	if text != "" {
		b.WriteString(heading + "\n" + text)
	}
}

func lines(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString("  " + text + "\n")
	}
	return b.String()
}

// views has a line for each role, whether its node runs or not. It has one for all if
// nobody tells what it sees.
func views(rows []sight.Row) string {
	mute := true
	for _, row := range rows {
		mute = mute && row.Text == sight.Mute
	}
	if mute {
		return "views: none, as no node has a method Members() []Member\n"
	}
	return "views\n" + lines(strings.Split(sight.Table(rows), "\n"))
}

// Title names the roles and what a spec did to them, its verbs.
func Title(roles, verbs []string) string {
	if len(verbs) == 0 {
		return Names(roles)
	}
	// The latest say most; the timeline has them all.
	const latest = 3
	before := ""
	if len(verbs) > latest {
		verbs, before = verbs[len(verbs)-latest:], "..., "
	}
	return Names(roles) + " after " + before + strings.Join(verbs, ", ")
}

// Names enumerates names, of which there is one at least: "a, b and c".
func Names(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// timeline has a line for each entry: when, who, what. The spec itself is "*".
func timeline(entries []stage.Entry) string {
	if len(entries) == 0 {
		return "  (empty)\n"
	}
	width := 1
	for _, e := range entries {
		width = max(width, len(e.Role))
	}
	var b strings.Builder
	start := entries[0].Time
	for _, e := range entries {
		who := e.Role
		if who == "" {
			who = "*"
		}
		ms := float64(e.Time.Sub(start)) / float64(time.Millisecond)
		fmt.Fprintf(&b, "  %9.3fms  %-*s  %s\n", ms, width, who, process.Visible(e.Text))
	}
	return b.String()
}

// folded returns a sentence in lines of up to 76 columns, as the report is indented by four.
func folded(sentence string) string {
	const width = 76
	var b strings.Builder
	column, indent := 0, "  "
	for i, word := range strings.Fields(sentence) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0 || column+1+length > width:
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(indent)
			column, indent = len(indent), "    "
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String() + "\n"
}

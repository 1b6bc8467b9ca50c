package text

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/7aca83c2/multinode/record"
)

// width is how long a line may be, unless it has a longer word.
const width = 80

// Write writes the head of a record, and the lines that pass the filter. Lines of more than 80 characters go on
// below, indented. The error is of what it writes to, or says what is wrong with the filter; nothing is written then.
func Write(to io.Writer, r *record.Record, f Filter) error {
	s, err := f.of(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	head(&b, r)
	b.WriteString("\n")
	lines(&b, events(r, s))
	if _, err := to.Write(b.Bytes()); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// head says what is known of the whole spec.
func head(b *bytes.Buffer, r *record.Record) {
	say := func(first, text string) { wrap(b, first, Plain(text)) }
	say(r.State+"  ", r.Spec)
	for _, s := range r.Summary {
		say("  - ", s.Text)
	}
	for _, fact := range [][2]string{
		{"place", r.Place}, {"roles", strings.Join(r.Roles, ", ")}, {"run", run(r)}, {"left out", leftOut(r.LeftOut)},
	} {
		if fact[1] != "" {
			say(fmt.Sprintf("  %-8s  ", fact[0]), fact[1])
		}
	}
	if r.Again != "" {
		fmt.Fprintf(b, "  again     %s\n", Plain(r.Again)) // in one line, to be copied
	}
}

func run(r *record.Record) string {
	text := fmt.Sprintf("%s, %s from %s on, seed %s of --seed=%d", r.Variant, record.Span(r.Took), r.Began.Format("2006-01-02 15:04:05"), r.Seed, r.GinkgoSeed)
	if r.Process > 1 {
		text += fmt.Sprintf(", process %d", r.Process)
	}
	if r.Attempt > 1 {
		text += fmt.Sprintf(", attempt %d", r.Attempt)
	}
	return text
}

func leftOut(l record.LeftOut) string {
	var all []string
	if l.Frames > 0 {
		all = append(all, count(l.Frames, "frame")+" before "+record.Clock(l.Before))
	}
	for _, x := range []struct {
		n    int
		what string
	}{{l.Views, "view"}, {l.Operations, "operation"}, {l.Barriers, "barrier"}, {l.Lines, "log line"}} {
		if x.n > 0 {
			all = append(all, count(x.n, x.what))
		}
	}
	return strings.Join(all, ", ")
}

func lines(b *bytes.Buffer, all []event) {
	if len(all) == 0 {
		b.WriteString("nothing passes the filter\n")
		return
	}
	who := len("who")
	for _, e := range all {
		who = max(who, utf8.RuneCountInString(e.who))
	}
	const widest = 20
	who = min(who, widest)
	fmt.Fprintf(b, "%11s  %-9s  %-*s  %s\n", "seconds", "what", who, "who", "which")
	for _, e := range all {
		wrap(b, fmt.Sprintf("%11.6f  %-9s  %-*s  ", float64(e.at)/1e6, e.kind, who, e.who), e.text)
	}
}

// wrap writes a line that begins with first, and what is too much for it below, indented as far.
func wrap(b *bytes.Buffer, first, text string) {
	indent := utf8.RuneCountInString(first)
	b.WriteString(first)
	at := indent
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && at+1+n > width:
			fmt.Fprintf(b, "\n%*s", indent, "")
			at = indent
		case i > 0:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteString("\n")
}

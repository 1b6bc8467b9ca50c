package process

import (
	"io"
	"strings"
	"testing"
)

func TestAnOutputIsToldByLines(t *testing.T) {
	var got strings.Builder
	o := NewOutput(func(line string) { got.WriteString(line + "\n") }, nil)
	for _, part := range []string{"on", "e\ntwo\r\nthr", "ee", strings.Repeat("x", longestLine)} {
		if _, err := io.WriteString(o, part); err != nil {
			t.Fatal(err)
		}
	}
	want := "one\ntwo\nthree" + strings.Repeat("x", longestLine-5) + "\n"
	if got.String() != want {
		t.Errorf("got %.60q, want %.60q", got.String(), want)
	}
	if last := o.LastWords(); !strings.HasPrefix(last, "\nits last output:\n  one\n  two\n  three") || !strings.HasSuffix(last, "\n  xxxxx") {
		t.Errorf("last words: %.80q", last)
	}
	o.End()
	if want += "xxxxx\n"; got.String() != want {
		t.Errorf("at the end got %.60q, want %.60q", got.String(), want)
	}
}

func TestLastWords(t *testing.T) {
	for printed, want := range map[string]string{
		"\n\n":              ", without a last word",
		"one\n\x1b[2Jtwo\n": "\nits last output:\n  one\n  \uFFFD[2Jtwo",
	} {
		if got := LastWords(printed); got != want {
			t.Errorf("%q: got %q, want %q", printed, got, want)
		}
	}
}

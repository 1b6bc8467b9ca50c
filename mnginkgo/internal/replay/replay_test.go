package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

var link = transport.Link{From: "a", To: "b"}

func record(payloads ...string) *Record {
	r := &Record{Whole: true}
	for i, payload := range payloads {
		r.Add(time.Duration(i)*time.Millisecond, transport.Frame{Link: link, Payload: []byte(payload)})
	}
	return r
}

func TestDiffer(t *testing.T) {
	for _, test := range []struct {
		first, second *Record
		want          string
	}{
		{record("x", "y"), record("x", "y"), ""},
		{record("x", "y"), record("x", "z"), "frame 2 differs"},
		{record("x", "y"), record("x"), "frame 2 differs\n  first   1ms  a>b  1 bytes"},
		{record("x"), record("x", "y"), "none: it had ended"},
	} {
		if got := Differ(test.first, test.second); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%q, want %q", got, test.want)
		}
		if same := test.first.Sum() == test.second.Sum(); same != (test.want == "") {
			t.Errorf("the sums are the same: %v, but %q", same, test.want)
		}
	}
}

func TestTallyTellsNewsEveryTenSeconds(t *testing.T) {
	var tally Tally
	began := time.Now()
	tally.Begin(began)
	tally.Add(record("x"), 0)
	tally.Add(record("x"), 0)
	if news := tally.News(began.Add(9 * time.Second)); news != "" {
		t.Errorf("too soon: %q", news)
	}
	if news, want := tally.News(began.Add(10*time.Second)), "2 seeds, 1 different interleavings, 2 frames, 0 seeds a second"; news != want {
		t.Errorf("%q, want %q", news, want)
	}
	tally.Add(record("x", "y"), 7)
	if news := tally.News(began.Add(19 * time.Second)); news != "" {
		t.Errorf("too soon after the last: %q", news)
	}
	if news, want := tally.News(began.Add(20*time.Second)), "3 seeds, 2 different interleavings, 7 faults, 4 frames, 0 seeds a second"; news != want {
		t.Errorf("%q, want %q", news, want)
	}
}

package stage

import (
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

func TestTheTimelineIsInOrderOfTime(t *testing.T) {
	s := New(transport.NewSwitch(), time.Second, nil, nil)
	start := time.Now()
	s.Log(Entry{Time: start.Add(2), Role: "a", Text: "second"})
	s.Log(Entry{Time: start, Role: "b", Text: "first"})
	s.Log(Entry{Time: start.Add(2), Role: "b", Text: "third, at the same time"})
	var texts []string
	for _, e := range s.timeline() {
		texts = append(texts, e.Text)
	}
	if got := strings.Join(texts, "; "); got != "first; second; third, at the same time" {
		t.Errorf("got %s", got)
	}
}

func TestTheTimelineKeepsTheLastLinesAndSaysSo(t *testing.T) {
	s := New(transport.NewSwitch(), time.Second, nil, nil)
	start := time.Now()
	const extra = 3 * limit
	for i := range limit + extra {
		s.Log(Entry{Time: start.Add(time.Duration(i))})
	}
	got := s.timeline()
	if len(got) != limit+1 || got[0].Text != "(15000 earlier lines are not shown)" {
		t.Fatalf("got %d entries, the first %q", len(got), got[0].Text)
	}
	if last := got[len(got)-1].Time; !last.Equal(start.Add(limit + extra - 1)) {
		t.Errorf("the last line is missing")
	}
}

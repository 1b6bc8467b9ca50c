package stage

import (
	"strings"
	"testing"
	"time"
)

func TestTheTimelineIsInOrderOfTime(t *testing.T) {
	var line timeline
	start := time.Now()
	line.add(Entry{Time: start.Add(2), Role: "a", Text: "second"})
	line.add(Entry{Time: start, Role: "b", Text: "first"})
	line.add(Entry{Time: start.Add(2), Role: "b", Text: "third, at the same time"})
	var texts []string
	for _, e := range line.entries() {
		texts = append(texts, e.Text)
	}
	if got := strings.Join(texts, "; "); got != "first; second; third, at the same time" {
		t.Errorf("got %s", got)
	}
}

func TestTheTimelineKeepsTheLastLinesAndSaysSo(t *testing.T) {
	var line timeline
	start := time.Now()
	const extra = 3 * timelineLimit
	for i := range timelineLimit + extra {
		line.add(Entry{Time: start.Add(time.Duration(i))})
	}
	got := line.entries()
	if len(got) != timelineLimit+1 || got[0].Text != "(15000 earlier lines are not shown)" {
		t.Fatalf("got %d entries, the first %q", len(got), got[0].Text)
	}
	if last := got[len(got)-1].Time; !last.Equal(start.Add(timelineLimit + extra - 1)) {
		t.Errorf("the last line is missing")
	}
}

package sight

import (
	"strings"
	"testing"
)

func TestATableFitsOnATerminal(t *testing.T) {
	rows := []Row{{"a", "sees  a up", true}, {"long", "is gone\nand left a word", false}, {"c", strings.Repeat("x", 70), true}}
	want := "a     sees  a up" + strings.Repeat(" ", 45) + "  as wanted\nlong  is gone\nand left a word\nc     " + strings.Repeat("x", 70) + "  as wanted"
	if got := Table(rows); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := Table([]Row{{Role: "a", Text: "paused"}, {Role: "bc", Text: "sees  nobody"}}), "a   paused\nbc  sees  nobody"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestALineSaysWhatAViewTells(t *testing.T) {
	well := []Member{{Role: "a"}}
	for want, v := range map[string]View{
		"does not tell what it sees":    {Leader: "a", Members: well},
		"sees  no leader":               {Tells: map[Method]bool{Leader: true}},
		"sees  nobody":                  {Tells: map[Method]bool{Members: true}},
		"sees  nobody; a as the leader": {Leader: "a", Tells: map[Method]bool{Leader: true, Members: true}},
		"has ended: downed":             {Ended: "downed", Tells: map[Method]bool{Members: true}},
	} {
		if got := v.Line(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNamesMayComeInLists(t *testing.T) {
	type list []string
	names, _, wrong := namesOrMatcher([]any{"c", list{"b"}, []string{"a"}})
	if got := strings.Join(names, ""); got != "abc" || wrong != "" {
		t.Errorf("got %s, and %q", got, wrong)
	}
	type odd string
	for _, argument := range []any{nil, odd("a"), []odd{"a"}, []byte("a"), 97} {
		if _, _, wrong := namesOrMatcher([]any{argument}); wrong == "" {
			t.Errorf("takes %T %v", argument, argument)
		}
	}
}

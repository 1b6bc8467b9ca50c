package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

func TestAnAccountTellsWhatIsKnown(t *testing.T) {
	start := time.Now()
	a := Account{
		Title: Title([]string{"a", "bob", "c"}, []string{"1", "2", "3", "4"}), Variant: "parallel", Seed: 7, GinkgoSeed: 3,
		Summary: []string{"Failed at 1.000 s: " + strings.Repeat("word ", 16) + "end.", "No fault was on."}, Page: "/a/page.html",
		Stalls: []stage.Stall{{What: "the spec", Where: []stage.Goroutines{{Roles: []string{"a", "bob"}, Count: 2, Stack: "f(...)\n\t/f.go:1\ng(...)\n\t/g.go:2"}, {Count: 1}}}},
		Losses: []string{"role c lost its process: exited\nlast words"},
		Views:  []sight.Row{{Role: "a", Text: "sees  a up"}, {Role: "bob", Text: "is stuck\nwhere"}},
		Data:   "  a  /data\n",
		Links:  []transport.Stats{{Link: transport.Link{From: "a", To: "bob"}, Frames: 2, Held: 1}},
		Idle:   []string{"lose(a, bob)"},
		Timeline: []stage.Entry{
			{Time: start, Text: "lose(a, bob)"}, {Time: start.Add(1500 * time.Microsecond), Role: "bob", Text: "\x1b[31mred"},
		},
	}
	const head = `a, bob and c after ..., 2, 3, 4
  Failed at 1.000 s: word word word word word word word word word word word
    word word word word word end.
  No fault was on.
page: /a/page.html
parallel variant; seed 7, of --seed=3
role c lost its process: exited
last words
views
  a    sees  a up
  bob  is stuck
  where
data that is kept
  a  /data
links that lost or delayed frames
  a>bob  2 delivered, 1 held
faults without an effect
  lose(a, bob)
goroutines when the spec timed out
  a, bob: 2 goroutines
    f(...)
      /f.go:1
    g(...)
      /g.go:2
  the spec
timeline
`
	want := head + "      0.000ms  *    lose(a, bob)\n      1.500ms  bob  \uFFFD[31mred\n"
	if got := a.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	a.NoTimeline = errors.New("the broker is gone")
	if got, want := a.String(), head+"  the broker is gone\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnAccountOfWhatIsMute(t *testing.T) {
	a := Account{Title: Title([]string{"a"}, nil), Variant: "in-process", Views: []sight.Row{{Role: "a", Text: sight.Mute}}}
	const want = `a
in-process variant; seed 0, of --seed=0
views: none, as no node has a method Members() []Member
timeline
  (empty)
`
	if got := a.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOnlySomeGoroutinesAreShown(t *testing.T) {
	deep := stage.Goroutines{Roles: []string{"a"}, Count: 1, Stack: strings.Repeat("f(...)\n\t/f.go:1\n", 20) + "g(...)\n\t/g.go:1"}
	got := goroutines(slices.Repeat([]stage.Goroutines{deep}, 15))
	if strings.Count(got, "  a\n") != mostGroups || !strings.Contains(got, "    and 13 functions more\n") || !strings.HasSuffix(got, "  and goroutines at 3 other places\n") {
		t.Errorf("got\n%s", got)
	}
}

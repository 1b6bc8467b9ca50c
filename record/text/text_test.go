package text_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/text"
)

func at(t int64) *int64 { return &t }

func view(t int64, role, leader int, members ...record.Member) record.View {
	return record.View{At: t, Role: role, Leader: &leader, Members: members}
}

func up(role int) record.Member { return record.Member{Role: role, Status: "up"} }

func lost(role int) record.Member {
	return record.Member{Role: role, Status: "up", Unreachable: true}
}

// partitioned is a spec of three roles, of which a and b are cut off from each other, c crashes, and much else happens.
func partitioned() *record.Record {
	return &record.Record{
		Spec: "membership marks both sides of a cut unreachable, and forgets it once it is healed", State: "failed",
		Place: "zz/zz_test.go:7", Variant: "in-process", Seed: "9", GinkgoSeed: 5, Again: "go test . -ginkgo.focus='marks  both'", Process: 2, Attempt: 3,
		Began: time.Date(2030, 1, 2, 3, 4, 5, 6000, time.UTC), Took: 2_600_000, Roles: []string{"a", "b", "c"},
		Summary: []record.Sentence{{About: "failure", Text: "Failed at 2.505 s, after waiting 2.00 s: every live node was to have exactly these members up."}},
		Failure: &record.Failure{At: 2_505_000, Message: "Timed out after 2.001s.\nExpected\n    <int>: 1"},
		Verbs: []record.Verb{
			{At: 100, End: at(400), Text: "start(a, b, c)"},
			{At: 4_000, End: at(4_000), Text: "partition(a, b)"},
			{At: 5_000, Text: "exit(c)", Error: "no answer"},
		},
		Faults: []record.Fault{
			{At: 4_000, Verb: "partition(a, b)", Kind: record.Cut, Links: []record.Ended{{From: 0, To: 1}, {From: 1, To: 0, End: at(1_900_000)}}, Bites: 3},
			{At: 6_000, End: at(8_002), Verb: "delay(a, c: 1ms)", Kind: "latency", Links: []record.Ended{{From: 0, To: 2, End: at(8_001)}, {From: 2, To: 0, End: at(8_002)}}, Bites: 1},
		},
		Lives: []record.Life{
			{At: 200, Role: 0, State: record.Running, Incarnation: 1},
			{At: 200, Role: 1, State: record.Running, Incarnation: 1},
			{At: 700_000, Role: 2, State: "crashed", Incarnation: 1},
			{At: 800_000, Role: 2, State: "booting", Incarnation: 2},
		},
		Views: []record.View{
			view(300, 0, -1, record.Member{Role: 0, Status: "joining"}),
			view(310, 0, 0, up(0), up(1)),
			view(320, 0, 0, up(0), up(1)),
			view(506_000, 0, 0, up(0), lost(1), record.Member{Role: -1, Name: "guest", Status: "leaving", Unreachable: true}),
			view(600_000, 0, 0, up(0)),
			view(650_000, 2, 2, up(2)),
			{At: 750_000, Role: 1, Mute: true, Ended: "downed", Polled: true},
			{At: 810_000, Role: 2, Members: []record.Member{up(2)}, Polled: true},
		},
		Operations: []record.Operation{
			{At: 1_000, End: at(1_105), Client: "spec", Role: 0, Input: "d", Output: "hello d"},
			{At: 1_001, End: at(2_001), Client: "client 1", Role: -1, Input: "put x", Error: "no leader"},
			{At: 1_002, Client: "client 2", Role: 1, Input: "put y", Error: "closed"},
		},
		Barriers: []record.Barrier{{At: 900, End: at(950), Role: 0, Name: "ready"}, {At: 901, Role: 1, Name: "done", Error: "c is missing"}},
		Log: []record.Line{
			{At: 90, Role: -1, Text: "start(a, b, c)"},
			{At: 95, Role: -1, Text: "STEP: wait"},
			{At: 99, Role: 1, Text: "WARN \x1b[31mred\x1b[0m\nline"},
		},
		Stalls: []record.Stall{{At: 2_504_000, What: `the barrier "done"`, Where: []record.Goroutines{
			{Roles: []int{0, 1}, Count: 2, Stack: "example.com/x/zz.(*Node).Wait(...)\n\t/src/zz/node.go:12\nmain.main()\n\t/src/main.go:1"}, {Count: 1, Stack: "zz.body(...)"},
		}}},
		Frames: record.Frames{
			Sent: []int64{3_000, 1_500, 1_000, 100, 900_000, 1_500_000},
			Took: []int64{9, 1, 0, -1, 0, 0},
			Link: []int{1, 1, 1, 3, 1, 1}, Bytes: []int{57, 57, 1, 57, 57, 64},
			Fate: []int{0, 2, 2, 1, 2, 2}, Kind: []int{1, 1, 2, 0, 1, 1},
			Fates: []string{"delivered", "waiting", "cut"}, Kinds: []string{"", "heartbeat", "gossip"},
		},
		LeftOut: record.LeftOut{Frames: 40, Before: 2_000, Lines: 1, Views: 2},
	}
}

const head = `failed  membership marks both sides of a cut unreachable, and forgets it once it
        is healed
  - Failed at 2.505 s, after waiting 2.00 s: every live node was to have exactly
    these members up.
  place     zz/zz_test.go:7
  roles     a, b, c
  run       in-process, 2.60 s from 2030-01-02 03:04:05 on, seed 9 of --seed=5,
            process 2, attempt 3
  left out  40 frames before 0.002 s, 2 views, one log line
  again     go test . -ginkgo.focus='marks both'

`

const all = `    seconds  what       who       which
   0.000095  log        spec      STEP: wait
   0.000099  log        b         WARN [31mred [0m line
   0.000100  verb       spec      start(a, b, c), took 0.3 ms
   0.000200  life       a         running
   0.000200  life       b         running
   0.000300  view       a         a joining, the leader is nobody
   0.000310  view       a         a up (was joining), b up, the leader is a (was
                                  nobody)
   0.000900  barrier    a         "ready", took 0.05 ms
   0.000901  barrier    b         "done", has not ended: c is missing
   0.001000  operation  spec      a: d -> hello d, took 0.105 ms
   0.001001  operation  client 1  put x, took 1 ms: no leader
   0.001002  operation  client 2  b: put y, nobody knows whether it took effect:
                                  closed
   0.004000  verb       spec      partition(a, b)
   0.004000  fault      spec      partition(a, b) begins
   0.004501  lost       a>b       3 frames until 0.906 s: cut; 2 heartbeat, 1
                                  gossip
   0.005000  verb       spec      exit(c), has not ended: no answer
   0.006000  fault      spec      delay(a, c: 1ms) begins
   0.008002  fault      spec      delay(a, c: 1ms) ends, met by one frame
   0.506000  view       a         b unreachable (was up), guest
                                  leaving+unreachable
   0.600000  view       a         b gone (was unreachable), guest gone (was
                                  leaving+unreachable)
   0.650000  view       c         c up, the leader is c
   0.700000  life       c         crashed
   0.750000  view       b         no member any more: downed, when asked
   0.800000  life       c         booting, incarnation 2
   0.810000  view       c         c up, when asked
   1.900000  fault      spec      partition(a, b) ends on b>a
   2.405600  lost       a>b       one frame: cut; 1 heartbeat
   2.504000  stall      spec      the barrier "done" timed out: a, b in
                                  zz.(*Node).Wait(...) at node.go:12; spec in
                                  zz.body(...)
   2.505000  failure    spec      Timed out after 2.001s. Expected <int>: 1
`

func written(t *testing.T, r *record.Record, f text.Filter) string {
	t.Helper()
	var b strings.Builder
	if err := text.Write(&b, r, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestARecordAsText(t *testing.T) {
	got := written(t, partitioned(), text.Filter{})
	if got != head+all {
		t.Errorf("got\n%s", got)
	}
	for line := range strings.Lines(got) {
		if utf8.RuneCountInString(line) > 80+1 {
			t.Errorf("%q is longer than 80", line)
		}
	}
}

func TestAFilterLeavesLinesOut(t *testing.T) {
	for name, c := range map[string]struct {
		filter text.Filter
		want   string // each line without what is in all of them
	}{
		"a role, what is on its links, and what the spec did": {
			text.Filter{Roles: []string{"c"}, Kinds: []text.Kind{text.Fault, text.Life, text.View, text.Lost, text.Verb}},
			`100 verb spec, 4000 verb spec, 5000 verb spec, 6000 fault spec, 8002 fault spec, 650000 view c, 700000 life c, 800000 life c, 810000 view c`,
		},
		"two roles": {
			text.Filter{Roles: []string{"b", "c"}, Kinds: []text.Kind{text.Life}}, `200 life b, 700000 life c, 800000 life c`,
		},
		"both ways of a link": {
			text.Filter{Link: "a,b", Kinds: []text.Kind{text.Fault, text.Sent, text.Life}},
			`200 life a, 200 life b, 3000 frame a>b, 4000 fault spec, 4500 frame a>b, 5500 frame a>b, 5600 frame b>a, 905600 frame a>b, 1900000 fault spec, 2405600 frame a>b`,
		},
		"one way of a link": {
			text.Filter{Link: "b > a", Kinds: []text.Kind{text.Fault, text.Sent}}, `4000 fault spec, 5600 frame b>a, 1900000 fault spec`,
		},
		"a range of time, with both its ends": {
			text.Filter{From: 800 * time.Millisecond, To: 1_900_000 * time.Microsecond}, `800000 life c, 810000 view c, 1900000 fault spec`,
		},
		"from a time on": {text.Filter{From: 2_504 * time.Millisecond}, `2504000 stall spec, 2505000 failure spec`},
		"around the failure": {
			text.Filter{Around: time.Millisecond}, `2504000 stall spec, 2505000 failure spec`,
		},
		"an expression, which matches what and who and which": {
			text.Filter{Match: regexp.MustCompile(`^life c cra|hello`)}, `1000 operation spec, 700000 life c`,
		},
		"frames are not told twice": {
			text.Filter{Kinds: []text.Kind{text.Lost, text.Sent}}, `3000 frame a>b, 4500 frame a>b, 5500 frame a>b, 5600 frame b>a, 905600 frame a>b, 2405600 frame a>b`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for line := range strings.Lines(strings.TrimPrefix(written(t, partitioned(), c.filter), head)) {
				if words := strings.Fields(line); words[0] != "seconds" && !strings.HasPrefix(line, "              ") {
					lines = append(lines, strings.TrimLeft(strings.ReplaceAll(words[0], ".", ""), "0")+" "+words[1]+" "+words[2])
				}
			}
			if got := strings.Join(lines, ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFramesOneByOne(t *testing.T) {
	got := written(t, partitioned(), text.Filter{To: 6 * time.Millisecond, Kinds: []text.Kind{text.Sent}})
	want := head + `    seconds  what       who  which
   0.003000  frame      a>b  heartbeat, 57 bytes, took 0.009 ms
   0.004500  frame      a>b  heartbeat, 57 bytes, lost: cut
   0.005500  frame      a>b  gossip, one byte, lost: cut
   0.005600  frame      b>a  57 bytes, waits
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestNothingIsSaidOfNothing(t *testing.T) {
	if got, want := written(t, partitioned(), text.Filter{From: time.Hour}), head+"nothing passes the filter\n"; got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestWhatIsWrongWithAFilter(t *testing.T) {
	for want, filter := range map[string]text.Filter{
		`text: there is no role "d": a, b, c`:                                                                           {Roles: []string{"d"}},
		`text: there is no role "d": a, b, c.`:                                                                          {Link: "a>d"},
		`text: link "a" is neither one way, as in "a>b", nor both, as in "a,b"`:                                         {Link: "a"},
		`text: there is no kind "noise": verb, fault, life, view, operation, barrier, log, lost, stall, failure, frame`: {Kinds: []text.Kind{"noise"}},
		`text: around 1s excludes a begin and an end`:                                                                   {Around: time.Second, From: time.Second},
		`text: it ends at 1s, before it begins at 2s`:                                                                   {From: 2 * time.Second, To: time.Second},
	} {
		var b strings.Builder
		err := text.Write(&b, partitioned(), filter)
		if err == nil || err.Error() != strings.TrimSuffix(want, ".") || b.Len() > 0 {
			t.Errorf("got %v and %q, not %s", err, b.String(), want)
		}
	}
}

func TestARecordThatIsNotWhole(t *testing.T) {
	r := &record.Record{
		State: "failed", Views: []record.View{{Role: 7, Members: []record.Member{{Role: 9, Status: "up"}}}}, Lives: []record.Life{{Role: 5}},
		Faults: []record.Fault{{Links: []record.Ended{{From: 1, To: 1}}}}, Frames: record.Frames{Sent: []int64{1}, Took: []int64{1}, Link: []int{3}, Bytes: []int{1}, Fate: []int{4}},
	}
	if got := written(t, r, text.Filter{}); !strings.Contains(got, "view       ?     ? up") {
		t.Errorf("got\n%s", got)
	}
}

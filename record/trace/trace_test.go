package trace_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/trace"
)

func at(t int64) *int64 { return &t }

// busy is a spec of two roles to which all happens that a record has.
func busy() *record.Record {
	leader := 0
	return &record.Record{
		Spec: "all at once", State: "failed", Seed: "18446744073709551615", Took: 5_000, Roles: []string{"a", "b"},
		Failure: &record.Failure{At: 4_000, Waited: 1_000, Message: "no", Wanted: "to end"},
		Summary: []record.Sentence{{About: "failure", Text: "Failed at 0.004 s: no"}},
		Verbs:   []record.Verb{{At: 100, End: at(300), Text: "start(a, b)"}, {At: 200, Text: "crash(b)", Error: "late"}},
		Lives: []record.Life{
			{At: 100, Role: 0, State: "booting", Incarnation: 1},
			{At: 110, Role: 1, State: record.Running, Incarnation: 1},
			{At: 200, Role: 0, State: record.Running, Incarnation: 1},
			{At: 3_000, Role: 1, State: "crashed", Incarnation: 1},
		},
		Views: []record.View{
			{At: 210, Role: 0, Leader: &leader, Members: []record.Member{{Role: 0, Status: "up"}, {Role: 1, Status: "up"}}},
			{At: 900, Role: 0, Leader: &leader, Members: []record.Member{{Role: 0, Status: "up"}, {Role: 1, Status: "up", Unreachable: true}}},
			{At: 950, Role: 1, Mute: true, Leader: &leader},
		},
		Faults: []record.Fault{
			{At: 400, End: at(800), Verb: "delay(a, b)", Kind: "latency", Links: []record.Ended{{From: 0, To: 1, End: at(700)}, {From: 1, To: 0, End: at(800)}}, Bites: 3},
			{At: 500, Verb: "cut(a > b)", Kind: record.Cut, Links: []record.Ended{{From: 0, To: 1}}},
			{At: 800, End: at(801), Verb: "cut(b > a)", Kind: record.Cut, Links: []record.Ended{{From: 1, To: 0, End: at(801)}}},
		},
		Operations: []record.Operation{{At: 250, Client: "x", Role: -1, Input: "get"}, {At: 240, End: at(260), Client: "x", Role: 1, Input: "put", Output: "ok"}},
		Barriers:   []record.Barrier{{At: 220, End: at(230), Role: 0, Name: "ready"}, {At: 225, Role: 1, Name: "ready"}},
		Log:        []record.Line{{At: 120, Role: 0, Text: "INFO hello"}, {At: 121, Role: -1, Text: "STEP"}},
		Stalls:     []record.Stall{{At: 3_900, What: "the spec"}},
		Frames: record.Frames{
			Sent: []int64{300, 0, 1, 99, 100, 0}, Took: []int64{0, 0, 9, 0, -1, 40}, Link: []int{1, 1, 2, 1, 1, 2}, Bytes: []int{1, 2, 3, 4, 5, 6},
			Fate: []int{0, 0, 0, 2, 1, 0}, Kind: []int{1, 1, 1, 0, 1, 1}, Fates: []string{"delivered", "waiting", "cut"}, Kinds: []string{"", "ping"},
		},
	}
}

// event is one as a viewer reads it.
type event struct {
	Name, Cat, Ph, BP, S string
	Ts, Dur              *int64
	Pid, Tid, ID         int
	Args                 map[string]any
}

func (e event) end() int64 { return *e.Ts + *e.Dur }

func decoded(t *testing.T, r *record.Record) []event {
	t.Helper()
	var b bytes.Buffer
	if err := trace.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	var all struct {
		TraceEvents     []event
		DisplayTimeUnit string
		OtherData       map[string]string
	}
	strict := json.NewDecoder(&b)
	strict.DisallowUnknownFields()
	if err := strict.Decode(&all); err != nil {
		t.Fatal(err)
	}
	if all.DisplayTimeUnit != "ms" || all.OtherData["seed"] != r.Seed || all.OtherData["spec"] != r.Spec {
		t.Errorf("it says of itself %q %v", all.DisplayTimeUnit, all.OtherData)
	}
	return all.TraceEvents
}

// names returns those of processes, by 0, and threads.
func names(t *testing.T, all []event) map[[2]int]string {
	t.Helper()
	names, owner := map[[2]int]string{}, map[int]int{}
	for _, e := range all {
		if e.Name != "process_name" && e.Name != "thread_name" {
			continue
		}
		if id := [2]int{e.Pid, e.Tid}; names[id] != "" {
			t.Errorf("%v has two names", id)
		}
		if owner[e.Tid] != 0 && e.Tid != 0 {
			t.Errorf("thread %d is of two processes", e.Tid)
		}
		owner[e.Tid] = e.Pid
		names[[2]int{e.Pid, e.Tid}] = e.Args["name"].(string)
	}
	return names
}

// obey fails the test if events break a rule of the format.
func obey(t *testing.T, all []event) {
	t.Helper()
	named, slicesOf := names(t, all), map[int][]event{}
	arrows := map[int]map[string]event{}
	for _, e := range all {
		if e.Pid < 1 || named[[2]int{e.Pid, 0}] == "" || e.Tid != 0 && named[[2]int{e.Pid, e.Tid}] == "" {
			t.Errorf("%+v is of no process or thread with a name", e)
		}
		if e.Ts == nil || *e.Ts < 0 || (e.Dur != nil) != (e.Ph == "X") || e.Dur != nil && *e.Dur < 0 || e.Name == "" {
			t.Errorf("%+v has no time, or no name", e)
		}
		switch e.Ph {
		case "M":
		case "X":
			slicesOf[e.Tid] = append(slicesOf[e.Tid], e)
		case "i":
			if e.S != "t" && e.S != "g" || e.Tid == 0 {
				t.Errorf("%+v has no scope", e)
			}
		case "s", "f":
			if arrows[e.ID] == nil {
				arrows[e.ID] = map[string]event{}
			}
			if _, twice := arrows[e.ID][e.Ph]; twice || e.ID == 0 {
				t.Errorf("arrow %d has two of %q", e.ID, e.Ph)
			}
			arrows[e.ID][e.Ph] = e
		default:
			t.Errorf("%+v is of a phase that is not used", e)
		}
	}
	for _, on := range slicesOf {
		slices.SortFunc(on, func(x, y event) int { return cmp.Compare(*x.Ts, *y.Ts) })
		for i := 1; i < len(on); i++ {
			if before, e := on[i-1], on[i]; before.end() > *e.Ts {
				t.Errorf("%s at %d overlaps %s on thread %s", before.Name, *e.Ts, e.Name, named[[2]int{e.Pid, e.Tid}])
			}
		}
	}
	within := func(e event) bool {
		return slices.ContainsFunc(slicesOf[e.Tid], func(s event) bool { return s.Pid == e.Pid && *s.Ts <= *e.Ts && *e.Ts <= s.end() })
	}
	for id, arrow := range arrows {
		from, starts := arrow["s"]
		to, ends := arrow["f"]
		if !starts || !ends || *from.Ts > *to.Ts || from.Name != to.Name || from.Cat != to.Cat || to.BP != "e" || !within(from) || !within(to) {
			t.Errorf("arrow %d is wrong: %+v %+v", id, from, to)
		}
	}
}

// story has a line for each event: process/thread, phase, name, begin and end.
func story(t *testing.T, all []event) []string {
	t.Helper()
	named := names(t, all)
	var lines []string
	for _, e := range all {
		if e.Ph == "M" {
			continue
		}
		line := fmt.Sprintf("%s/%s %s %s %d", named[[2]int{e.Pid, 0}], named[[2]int{e.Pid, e.Tid}], e.Ph, e.Name, *e.Ts)
		if e.Dur != nil {
			line += fmt.Sprintf("-%d", e.end())
		}
		lines = append(lines, line)
	}
	return lines
}

func TestATraceHasWhatTheRecordHas(t *testing.T) {
	all := decoded(t, busy())
	obey(t, all)
	want := strings.Split(strings.TrimSpace(`
a/barriers X ready 220-230
a/faults 2 X cut(a > b) 500-5000
a/faults X cut(b > a) 800-801
a/faults X delay(a, b) 400-800
a/frames received X ping 310-311
a/frames received X ping 540-541
a/frames received f ping 310
a/frames received f ping 540
a/frames sent X 2 frames 300-301
a/frames sent X frame 400-401
a/frames sent X ping 500-501
a/frames sent s ping 300
a/frames sent s ping 300
a/leader X a 210-5000
a/log i INFO hello 120
a/sees a X up 210-5000
a/sees b X unreachable 900-5000
a/sees b X up 210-900
a/state X booting 100-200
a/state X running 200-5000
b/barriers X ready 225-5000
b/faults 2 X cut(a > b) 500-5000
b/faults X cut(b > a) 800-801
b/faults X delay(a, b) 400-800
b/frames received X 2 frames 300-301
b/frames received f ping 300
b/frames received f ping 300
b/frames received i lost: cut 400
b/frames sent X ping 301-302
b/frames sent X ping 500-501
b/frames sent s ping 301
b/frames sent s ping 500
b/leader X a 950-3000
b/state X crashed 3000-5000
b/state X running 110-3000
spec: all at once/failure i failed 4000
spec: all at once/log i STEP 121
spec: all at once/operations of x 2 X get 250-5000
spec: all at once/operations of x X put 240-260
spec: all at once/stalls i the spec timed out 3900
spec: all at once/verbs 2 X crash(b) 200-5000
spec: all at once/verbs X start(a, b) 100-300
spec: all at once/waits X waits 3000-4000`), "\n")
	got := story(t, all)
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatASliceSaysOfItself(t *testing.T) {
	want := map[string]string{
		"delay(a, b)": `{"kind":"latency","links":["a\u003eb","b\u003ea"],"met by frames":3,"place":""}`,
		"put":         `{"on":"b","output":"ok"}`,
		"crash(b)":    `{"error":"late"}`,
		"failed":      `{"message":"no"}`,
		"lost: cut":   `{"frame":"frame from a to b, 4 bytes, cut"}`,
		"2 frames":    `{"frames":["ping from a to b, 1 bytes, delivered","ping from a to b, 2 bytes, delivered"]}`,
	}
	found := map[string]bool{}
	for _, e := range decoded(t, busy()) {
		said, err := json.Marshal(e.Args)
		if found[e.Name] = true; want[e.Name] != "" && (err != nil || string(said) != want[e.Name]) {
			t.Errorf("%s says %s", e.Name, said)
		}
	}
	for name := range want {
		if !found[name] {
			t.Errorf("there is no %q", name)
		}
	}
}

func TestATraceOfNothing(t *testing.T) {
	all := decoded(t, &record.Record{Spec: "x"})
	if obey(t, all); len(all) != 2 {
		t.Errorf("got %+v", all)
	}
}

package record

import (
	"slices"
	"strings"
	"testing"
)

func end(t int64) *int64 { return &t }

func leader(role int) *int { return &role }

// seen returns a view of roles, of which some are unreachable.
func seen(t int64, role, roles, leads int, unreachable ...int) View {
	v := View{At: t, Role: role, Leader: leader(leads)}
	for i := range roles {
		v.Members = append(v.Members, Member{Role: i, Status: "up", Unreachable: slices.Contains(unreachable, i)})
	}
	return v
}

// partitioned is a spec of three roles, of which a and b are cut off from each other and stay so.
func partitioned() *Record {
	r := &Record{
		State: "failed", Roles: []string{"a", "b", "c"}, Took: 2_600_000,
		Failure: &Failure{
			At: 2_505_000, Waited: 2_001_000, Whole: true, Message: "Timed out after 2.001s.\nExpected ...",
			Wanted: `to have exactly these members up ["a", "b", "c"]`,
			Rows:   []Row{{0, "a up, b unreachable, c up", false}, {1, "a unreachable, b up, c up", false}, {2, "all", true}},
		},
		Faults: []Fault{{At: 4_000, Verb: "partition(a, b)", Kind: Cut, Links: []Ended{{From: 0, To: 1}, {From: 1, To: 0}}, Bites: 79}},
	}
	for role := range 3 {
		r.Lives = append(r.Lives, Life{At: 100, Role: role, State: Running, Incarnation: 1})
		r.Views = append(r.Views, seen(3_000, role, 3, 0))
	}
	r.Views = append(r.Views, seen(506_000, 0, 3, 2, 1), seen(506_000, 1, 3, 2, 0), seen(506_100, 2, 3, 2))
	// c hears everybody every 100 ms; a and b hear each other once.
	fate := func(from, to int, sent int64) int {
		if from+to == 1 && sent > 4_000 {
			return 2
		}
		return Delivered
	}
	f := &r.Frames
	f.Fates = []string{"delivered", "waiting", "cut"}
	last := int64(0)
	for sent := int64(1_000); sent < 2_600_000; sent += 100_000 {
		for link := range 9 {
			if from, to := link/3, link%3; from != to {
				f.Sent, f.Took, f.Link, f.Bytes = append(f.Sent, sent-last), append(f.Took, 10), append(f.Link, link), append(f.Bytes, 57)
				f.Fate = append(f.Fate, fate(from, to, sent))
				last = sent
			}
		}
	}
	return r
}

func TestTheAnswerInWords(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Record)
		want   []string
	}{
		"a partition": {
			func(*Record) {},
			[]string{
				`Failed at 2.505 s, after waiting 2.00 s: every live node was to have exactly these members up ["a", "b", "c"]; a and b do not.`,
				"Views differ since 0.506 s: a sees b unreachable; b sees a unreachable; c sees all up. All take c for the leader.",
				"Faults on: partition(a, b) since 0.004 s, met by 79 frames.",
				"Silence: a and b have not heard each other since 0.001 s, for 2.50 s.",
			},
		},
		"a partition that has ended": {
			func(r *Record) {
				r.Faults[0].End = end(100_000)
				r.Failure = &Failure{At: 300_000, Message: "Expected\n    <int>: 1\nto equal\n    <int>: 2"}
			},
			[]string{
				"Failed at 0.300 s: Expected <int>: 1 to equal <int>: 2",
				"Views agree since 0.003 s: all see all up. All take a for the leader.",
				"No fault was on a link; the last, partition(a, b), ended at 0.100 s.",
				"Silence: a and b have not heard each other since 0.001 s, for 299 ms.",
			},
		},
		"a crash": {
			func(r *Record) {
				r.Faults, r.Frames = nil, Frames{}
				r.State, r.Failure = "panicked", &Failure{At: 2_000_000, Message: "boom"}
				r.Lives = append(r.Lives, Life{At: 1_000_000, Role: 2, State: "crashed", Incarnation: 1})
			},
			[]string{
				"Panicked at 2.000 s: boom",
				"Views differ since 0.506 s: a sees b unreachable; b sees a unreachable. All take c for the leader.",
				"c is crashed since 1.000 s.",
			},
		},
		"leaders only": {
			func(r *Record) {
				r.Frames, r.Failure, r.State = Frames{}, nil, "passed"
				for i := range r.Views {
					r.Views[i].Mute, r.Views[i].Members = true, nil
				}
				r.Views = append(r.Views, View{At: 2_550_000, Role: 0, Mute: true, Leader: leader(-1)})
			},
			[]string{
				"The spec passed, after 2.600 s.",
				"Views differ since 2.550 s: a takes nobody; b and c take c for the leader.",
				"Faults on: partition(a, b) since 0.004 s, met by 79 frames.",
			},
		},
		"one link of many is quiet, and has been before": {
			func(r *Record) {
				r.Faults, r.Failure, r.State = nil, nil, "passed"
				for i := range r.Frames.Fate {
					r.Frames.Fate[i] = Delivered
				}
			},
			[]string{
				"The spec passed, after 2.600 s.",
				"Views differ since 0.506 s: a sees b unreachable; b sees a unreachable; c sees all up. All take c for the leader.",
				"No fault was on.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := partitioned()
			c.change(r)
			var got []string
			for _, s := range r.Summarize() {
				got = append(got, s.Text)
				rest := s.Text
				for _, m := range s.Moments {
					_, after, found := strings.Cut(rest, m.Text)
					if !found || m.Text != Clock(m.At) {
						t.Errorf("%+v is not in %q, or not in order", m, s.Text)
					}
					rest = after
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestManyFaultsAndSilencesAreCounted(t *testing.T) {
	r := partitioned()
	for range 4 {
		r.Faults = append(r.Faults, r.Faults[0])
	}
	r.Faults[1].Bites, r.Faults[2].Bites = 0, 1
	for i := range r.Frames.Fate {
		if sent := i / 6; sent > 3 {
			r.Frames.Fate[i] = 2
		}
	}
	got := r.Summarize()
	if want := "Faults on: partition(a, b) since 0.004 s, met by 79 frames; partition(a, b) since 0.004 s, met by no frame; " +
		"partition(a, b) since 0.004 s, met by one frame; and 2 more."; got[2].Text != want {
		t.Errorf("got %q", got[2].Text)
	}
	if want := "Silence: a and b have not heard each other since 0.001 s, for 2.50 s; a and c have not heard each other since 0.301 s, for 2.20 s; " +
		"b and c have not heard each other since 0.301 s, for 2.20 s."; got[3].Text != want {
		t.Errorf("got %q", got[3].Text)
	}
}

func TestARecordIsReadAsItWasWritten(t *testing.T) {
	var b strings.Builder
	r := partitioned()
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if want := `{"format":"multinode-record","version":1,`; !strings.HasPrefix(b.String(), want) {
		t.Errorf("it begins with %.60s", b.String())
	}
	got, err := Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got.Summarize(), r.Summarize(), func(x, y Sentence) bool { return x.Text == y.Text }) {
		t.Errorf("it says %v", got.Summarize())
	}
	for text, want := range map[string]string{
		`{"format":"other"}`:                        "record: this is no multinode-record",
		`{"format":"multinode-record","version":2}`: "record: it is of version 2, and this reads 1",
		`[`: "record: unexpected EOF",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestTheHeadlineOfAMessage(t *testing.T) {
	for message, want := range map[string]string{
		"always one leader: b and a\n  a  sees  a up":                                               "always one leader: b and a",
		"Expected\n    <int>: 1\nto equal\n    <int>: 2":                                            "Expected <int>: 1 to equal <int>: 2",
		"on role b, at /home/me/suites/x/x_test.go:7:\n  barrier \"done\": arrived b; missing a, c": `on role b, at x/x_test.go:7: barrier "done": arrived b; missing a, c`,
		"Timed out after 1.000s.\nExpected\n    <bool>: false\nto be true":                          "Expected <bool>: false to be true",
		"Unexpected error:\n    <*fmt.wrapError | 0xc0001a>: \n    no way\n    {\n        msg: \"no way\",\n        err: <context.deadlineExceededError>{},\n    }\noccurred": "no way",
		"Failed after 0.035s.\nThe function passed to Consistently failed at /x_test.go:85 with:\nUnexpected error: role b lost its process: killed\n    <*cast.Loss | 0x1>:": "role b lost its process: killed",
		strings.Repeat("é", 300): strings.Repeat("é", 199) + "…",
	} {
		if got := headline(message); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}

// heard returns a record of two roles, of which b gets these frames of a: when they were sent, and whether they came.
func heard(took int64, frames ...int64) *Record {
	r := &Record{State: "failed", Roles: []string{"a", "b"}, Took: took, Failure: &Failure{At: took, Message: "x"}}
	for role := range 2 {
		r.Lives = append(r.Lives, Life{Role: role, State: Running, Incarnation: 1})
	}
	r.Frames.Fates = []string{"delivered", "waiting", "cut"}
	last := int64(0)
	for _, at := range frames {
		fate := Delivered
		if at < 0 {
			at, fate = -at, 2
		}
		r.Frames.Sent, r.Frames.Took, r.Frames.Link = append(r.Frames.Sent, at-last), append(r.Frames.Took, 0), append(r.Frames.Link, 1)
		r.Frames.Bytes, r.Frames.Fate = append(r.Frames.Bytes, 1), append(r.Frames.Fate, fate)
		last = at
	}
	return r
}

func TestWhatIsNoSilence(t *testing.T) {
	restarted := heard(2_000_000, 1_900_000, -1_950_000, -1_960_000)
	restarted.Lives = append(restarted.Lives, Life{At: 1_999_000, Role: 1, State: "booting", Incarnation: 2}, Life{At: 1_999_500, Role: 1, State: Running, Incarnation: 2})
	evicted := heard(1_000_000, -990_000, -995_000)
	evicted.LeftOut.Buckets = []Bucket{{At: 0, Width: 1_000_000, Link: 1, Delivered: 900}}
	purged := heard(1_000_000, 990_000, 995_000, 996_000)
	purged.Frames.Fate[1], purged.Frames.Fate[2] = 2, 2
	purged.Frames.Took[1], purged.Frames.Took[2] = 50_000, 50_000
	for name, r := range map[string]*Record{
		"two losses of late": heard(1_000_000, 100_000, 990_000, -998_000, -999_000), "a restart": restarted, "many that were not kept": evicted,
		"lost after the end": purged, "a few, long ago": heard(5_000_000, 100_000, 110_000, 120_000, 130_000), "nothing at all": heard(1_000_000),
	} {
		if s := r.silent(); s != nil {
			t.Errorf("%s: %s", name, s.Text)
		}
	}
	for r, want := range map[*Record]string{
		heard(1_000_000, -100_000, -200_000):              "Silence: b has not heard a at all.",
		heard(1_000_000, 100_000, -200_000, -300_000):     "Silence: b has not heard a since 0.100 s, for 900 ms.",
		heard(900_000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11): "Silence: b has not heard a since 0.000 s, for 900 ms.",
	} {
		if s := r.silent(); s == nil || s.Text != want {
			t.Errorf("got %+v, want %s", s, want)
		}
	}
}

func TestViewsThatDoNotDiffer(t *testing.T) {
	r := heard(1_000_000)
	r.Views = []View{
		{Role: 0, At: 1, Members: []Member{{Role: 0, Status: "up"}, {Role: 1, Status: "up", Unreachable: true}, {Role: -1, Name: "x", Status: "up"}}},
		{Role: 1, At: 1, Leader: leader(0), Members: []Member{{Role: -1, Name: "x", Status: "up"}, {Role: 1, Status: "up", Unreachable: true}, {Role: 0, Status: "up"}}},
	}
	if want := "Views agree since 0.000 s: all see only x and a up, b unreachable. b takes a for the leader."; r.differ().Text != want {
		t.Errorf("got %s", r.differ().Text)
	}
	r.Views = append(r.Views, View{Role: 0, At: 2, Mute: true, Leader: leader(1)})
	if got := r.differ().Text; !strings.HasPrefix(got, "Views differ since 0.000 s: ") || !strings.HasSuffix(got, " a takes b; b takes a for the leader.") {
		t.Errorf("got %s", got)
	}
	r.Lives = append(r.Lives, Life{Role: -1, State: "strange"}, Life{Role: 7, State: "strange"})
	r.Frames = Frames{Sent: []int64{1, 2}, Link: []int{99}}
	_ = r.Summarize() // it does not panic
}

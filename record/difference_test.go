package record

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// healed is a spec of three roles that is partitioned and healed, whose nodes see that after some time.
func healed(seed string, stretch, jitter int64) *Record {
	r := &Record{State: "passed", Seed: seed, Roles: []string{"a", "b", "c"}, Took: 1_500_000 * stretch}
	cut, heal, last := 100_000*stretch, 600_000*stretch, 1_200_000*stretch
	for role := range 3 {
		r.Lives = append(r.Lives, Life{At: 100, Role: role, State: "booting"}, Life{At: 200, Role: role, State: Running, Incarnation: 1})
		r.Views = append(r.Views, seen(3_000+jitter, role, 3, 0))
	}
	r.Views = append(r.Views,
		seen(cut+400_000+jitter, 0, 3, 0, 1), seen(cut+410_000-jitter, 1, 3, 2, 0),
		seen(heal+100_000+2*jitter, 0, 3, 0), seen(heal+100_000+jitter, 1, 3, 0))
	r.Verbs = []Verb{{At: 100, End: end(200), Text: "start(a, b, c)"}, {At: cut, Text: "partition(a, b)"}, {At: heal, Text: "heal(a, b)"}, {At: last, Text: "release 3 frames of a > c"}}
	r.Operations = []Operation{{At: last - 90_000, End: end(last - 80_000), Client: "spec", Role: 2, Input: "put x", Output: "ok"}}
	r.Barriers = []Barrier{{At: last + 10_000, End: end(last + 20_000), Role: 1, Name: "done"}}
	return r
}

// fails has a run fail at some time, and forgets all that was after it.
func fails(r *Record, at int64) {
	r.State, r.Failure, r.Took = "failed", &Failure{At: at, Message: "Timed out"}, at
	r.Lives = slices.DeleteFunc(r.Lives, func(l Life) bool { return l.At > at })
	r.Views = slices.DeleteFunc(r.Views, func(v View) bool { return v.At > at })
	r.Verbs = slices.DeleteFunc(r.Verbs, func(v Verb) bool { return v.At > at })
	r.Operations = slices.DeleteFunc(r.Operations, func(o Operation) bool { return o.At > at })
	r.Barriers = slices.DeleteFunc(r.Barriers, func(b Barrier) bool { return b.At > at })
}

func TestTheFirstDifference(t *testing.T) {
	for name, c := range map[string]struct {
		change func(good, bad *Record)
		roles  []int
		want   string
	}{
		"none": {
			func(_, bad *Record) { fails(bad, 1_450_000) }, nil,
			"Until the failure it went as in the run that passed (seed 7).",
		},
		"none, but one goes on": {
			func(_, bad *Record) { bad.Verbs = bad.Verbs[:3]; fails(bad, 3_000_000) }, nil,
			"Until 1.200 s it went as in the run that passed (seed 7), which then went on with release 3 frames of a > c.",
		},
		"none, but one is over": {
			func(_, bad *Record) { fails(bad, 3_000_000) }, nil,
			"Until 1.500 s it went as in the run that passed (seed 7), which was over then.",
		},
		"a view recovers only in the run that passed": {
			func(_, bad *Record) { bad.Views = bad.Views[:5]; fails(bad, 1_100_000) },
			[]int{0},
			"Unlike the run that passed (seed 7): after heal(a, b), a did not take b for up; there it did, at 0.700 s.",
		},
		"none, but one has an opinion when the other is over": {
			func(_, bad *Record) {
				bad.Views = append(bad.Views, seen(1_600_000, 2, 3, 0, 1))
				fails(bad, 3_000_000)
			}, nil,
			"Until 1.500 s it went as in the run that passed (seed 7), which was over then.",
		},
		"none, as it fails before": {
			func(_, bad *Record) { fails(bad, 690_000) }, nil,
			"Until the failure it went as in the run that passed (seed 7).",
		},
		"what the run that passed went on with, though it did not last": {
			func(good, bad *Record) {
				bad.Views, good.Views = bad.Views[:5], append(good.Views[:5], seen(1_199_000, 0, 3, 0), seen(1_201_000, 0, 3, 0, 1))
				bad.Verbs = bad.Verbs[:3]
				fails(bad, 3_000_000)
			},
			[]int{0},
			"Unlike the run that passed (seed 7): after heal(a, b), a did not take b for up; there it did, at 1.199 s.",
		},
		"an opinion that the run that passed has only once it went on": {
			func(good, bad *Record) {
				bad.Views, good.Views = append(bad.Views, seen(1_100_000, 2, 3, 0, 0)), append(good.Views, seen(1_300_000, 2, 3, 0, 0))
				bad.Verbs = bad.Verbs[:3]
				fails(bad, 3_000_000)
			},
			[]int{2},
			"Unlike the run that passed (seed 7): after heal(a, b), c took a for unreachable at 1.100 s; there it did not.",
		},
		"an opinion of two, one long after the other": {
			func(_, bad *Record) {
				bad.Views = append(bad.Views, seen(420_000, 0, 3, 0, 2), seen(200_000, 1, 3, 0, 2))
			},
			[]int{1},
			"Unlike the run that passed (seed 7): after partition(a, b), b took c for unreachable at 0.200 s; there it never did.",
		},
		"an operation that had no time to end": {
			func(_, bad *Record) { bad.Operations[0].End = nil; fails(bad, 1_115_000) }, nil,
			"Until the failure it went as in the run that passed (seed 7).",
		},
		"an operation that failed at another time": {
			func(good, bad *Record) {
				bad.Operations[0].Error = "no leader"
				good.Operations = append(good.Operations, Operation{At: 50_000, End: end(60_000), Client: "spec", Role: 2, Input: "put x", Error: "no leader"})
			},
			[]int{2},
			"Unlike the run that passed (seed 7): after heal(a, b), put x of spec to c, begun at 1.110 s, failed; there it was done.",
		},
		"a verb that fails": {
			func(_, bad *Record) { bad.Verbs[2].Error = "no such link\n  at x"; fails(bad, 1_100_000) }, nil,
			"Unlike the run that passed (seed 7): after partition(a, b), heal(a, b) failed at 0.600 s: no such link; there it did not.",
		},
		"a verb whose text looks like one of ours": {
			func(_, bad *Record) { bad.Verbs[2].Text = "{t} {who}"; fails(bad, 1_300_000) }, nil,
			"Unlike the run that passed (seed 7): after partition(a, b), the spec did {t} {who} at 0.600 s; there it did not.",
		},
		"a verb that failed there": {
			func(good, bad *Record) { good.Verbs[2].Error = "no such link"; fails(bad, 1_100_000) }, nil,
			"Unlike the run that passed (seed 7): after partition(a, b), heal(a, b) did not fail at 0.600 s; there it did: no such link",
		},
		"another verb": {
			func(_, bad *Record) { bad.Verbs[2].Text = "heal all"; fails(bad, 1_300_000) }, nil,
			"Unlike the run that passed (seed 7): after partition(a, b), the spec did heal all at 0.600 s; there it did not.",
		},
		"a verb less": {
			func(good, bad *Record) {
				bad.Verbs = slices.Delete(bad.Verbs, 2, 3)
				good.Seed = bad.Seed
				good.Attempt = 2
			}, nil,
			"Unlike the run that passed (attempt 2): after partition(a, b), the spec did not do heal(a, b); there it did, at 0.600 s.",
		},
		"a crash": {
			func(_, bad *Record) {
				bad.Lives = append(bad.Lives, Life{At: 300_000, Role: 2, State: "crashed", Incarnation: 1})
			},
			[]int{2},
			"Unlike the run that passed (seed 7): after partition(a, b), c was crashed from 0.300 s on; there it never was.",
		},
		"a start less": {
			func(good, _ *Record) {
				good.Lives = append(good.Lives, Life{At: 300_000, Role: 2, State: Running, Incarnation: 2})
			},
			[]int{2},
			"Unlike the run that passed (seed 7): after partition(a, b), c was not running as incarnation 2; there it was, at 0.300 s.",
		},
		"an opinion of its own": {
			func(_, bad *Record) { bad.Views = append(bad.Views, seen(200_000, 2, 3, 0, 1)) },
			[]int{2},
			"Unlike the run that passed (seed 7): after partition(a, b), c took b for unreachable at 0.200 s; there it never did.",
		},
		"an opinion before its time": {
			func(_, bad *Record) {
				bad.Views = slices.Insert(bad.Views, 3, seen(50_000, 0, 3, 0, 1))
				fails(bad, 400_000)
			},
			[]int{0},
			"Unlike the run that passed (seed 7): after start(a, b, c), a took b for unreachable at 0.050 s; there it did not.",
		},
		"an opinion of all others": {
			func(_, bad *Record) { bad.Views = append(bad.Views, seen(200_000, 2, 3, 0, 0, 1)) },
			[]int{2},
			"Unlike the run that passed (seed 7): after partition(a, b), c took a and b for unreachable at 0.200 s; there it never did.",
		},
		"an opinion of two": {
			func(_, bad *Record) {
				bad.Views = append(bad.Views, seen(220_000, 0, 3, 0, 2), seen(200_000, 1, 3, 0, 2))
			},
			[]int{0, 1},
			"Unlike the run that passed (seed 7): after partition(a, b), a and b took c for unreachable at 0.200 s; there they never did.",
		},
		"no leader": {
			func(_, bad *Record) { bad.Views = append(bad.Views, seen(800_000, 2, 3, -1)) },
			[]int{2},
			"Unlike the run that passed (seed 7): after heal(a, b), c knew no leader from 0.800 s on; there it never did.",
		},
		"an operation that fails": {
			func(_, bad *Record) { bad.Operations[0].Error = "no leader" },
			[]int{2},
			"Unlike the run that passed (seed 7): after heal(a, b), put x of spec to c, begun at 1.110 s, failed; there it was done.",
		},
		"an operation without an end": {
			func(good, bad *Record) {
				bad.Operations[0].End, bad.Operations[0].Role, good.Operations[0].Role = nil, -1, -1
			}, nil,
			"Unlike the run that passed (seed 7): after heal(a, b), put x of spec, begun at 1.110 s, had no outcome; there it was done.",
		},
		"a barrier that is not passed": {
			func(_, bad *Record) { bad.Barriers[0].Error = "missing c" },
			[]int{1},
			`Unlike the run that passed (seed 7): after release 5 frames of a > c, b came to the barrier "done" at 1.210 s and did not get past it; there it did.`,
		},
		"a barrier that one never came to": {
			func(_, bad *Record) { bad.Barriers = nil },
			[]int{1},
			`Unlike the run that passed (seed 7): after release 5 frames of a > c, b never came to the barrier "done"; there it did, at 1.210 s.`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			good, bad := healed("7", 1, 0), healed("8", 1, 0)
			bad.Verbs[3].Text = "release 5 frames of a > c"
			c.change(good, bad)
			d := Compare(good, bad)
			if d.Sentence.Text != c.want || d.Sentence.About != "good run" || !slices.Equal(d.Roles, c.roles) {
				t.Errorf("it says, of %v,\n%s\nand not, of %v,\n%s", d.Roles, d.Sentence.Text, c.roles, c.want)
			}
			if d.Differs != strings.HasPrefix(c.want, "Unlike") {
				t.Errorf("Differs is %v", d.Differs)
			}
			for _, m := range d.Sentence.Moments {
				if m.Text != Clock(m.At) || !strings.Contains(d.Sentence.Text, m.Text) || d.Differs && m.At != d.Bad {
					t.Errorf("%+v is not in the sentence, or not when it differs: %d", m, d.Bad)
				}
			}
		})
	}
}

// What is none: that something happens earlier, later or in another order, that another node leads, or that an opinion that
// both have does not last in one of them.
func TestRunsThatAreAlike(t *testing.T) {
	for name, change := range map[string]func(one, other *Record){
		"itself":       func(_, _ *Record) {},
		"slower":       func(_, r *Record) { *r = *healed("8", 3, 0) },
		"another time": func(_, r *Record) { *r = *healed("8", 1, 9_000) },
		"another leader": func(_, r *Record) {
			for i := range r.Views {
				*r.Views[i].Leader = 2 - *r.Views[i].Leader
			}
		},
		"a brief disagreement": func(_, r *Record) {
			r.Views = append(r.Views, seen(800_000, 2, 3, 0, 0), seen(801_000, 2, 3, 0))
		},
		"a disagreement that is brief in one": func(one, other *Record) {
			one.Views = append(one.Views, seen(800_000, 2, 3, 0, 0), seen(801_000, 2, 3, 0))
			other.Views = append(other.Views, seen(800_000, 2, 3, 0, 0), seen(900_000, 2, 3, 0))
		},
		"slow to join": func(_, r *Record) {
			joining := seen(2_000, 0, 3, 0)
			joining.Members[1].Status = "joining"
			r.Views[0].At = 90_000
			r.Views = append(r.Views, joining)
		},
		"slow to boot": func(_, r *Record) {
			r.Lives = append(r.Lives, Life{At: 150, Role: 2, State: "booting"})
		},
		"a view that comes after the next verb": func(_, r *Record) { r.Verbs[2].At = 490_000 },
		"verbs in another order": func(one, r *Record) {
			one.Verbs = append(one.Verbs, Verb{At: 1_201_000, Text: "crash(c)"}, Verb{At: 1_202_000, Text: "start(c)"})
			r.Verbs = append(r.Verbs, Verb{At: 1_201_000, Text: "crash(c)"}, Verb{At: 1_202_000, Text: "start(c)"})
			r.Verbs[3], r.Verbs[4] = r.Verbs[4], r.Verbs[3]
		},
	} {
		t.Run(name, func(t *testing.T) {
			one, other := healed("7", 1, 0), healed("8", 1, 0)
			change(one, other)
			noDifference(t, one, other)
			noDifference(t, other, one)
		})
	}
}

func noDifference(t *testing.T, good, bad *Record) {
	t.Helper()
	if d := Compare(good, bad); d.Differs || !strings.HasPrefix(d.Sentence.Text, "Until ") {
		t.Errorf("it says %s", d.Sentence.Text)
	}
}

func loaded(t *testing.T, path string) *Record {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Specs of the suites, each run in virtual time with two seeds.
func TestRecordedRunsThatAreAlike(t *testing.T) {
	firsts, err := filepath.Glob("testdata/alike/*-1.json")
	if err != nil || len(firsts) < 5 {
		t.Fatalf("there are few records: %v, %v", firsts, err)
	}
	for _, first := range firsts {
		one, other := loaded(t, first), loaded(t, strings.Replace(first, "-1.", "-2.", 1))
		if one.Seed == other.Seed || one.Spec != other.Spec {
			t.Errorf("%s: %q and %q have seed %s", first, one.Spec, other.Spec, one.Seed)
		}
		noDifference(t, one, other)
		noDifference(t, other, one)
	}
}

// A spec on a bad line, which fails with one seed and passes with two others.
func TestRecordedRunsThatDiffer(t *testing.T) {
	bad := loaded(t, "testdata/lossy-failed.json")
	for name, want := range map[string]string{
		"passed":     "Unlike the run that passed (seed 15126849849597223178): after partition(a, d), c took b for unreachable at 0.501 s; there it did not.",
		"passed-too": "Unlike the run that passed (seed 1088883662103443373): after partition(a, d), c took b for unreachable at 0.501 s; there it never did.",
	} {
		d := Compare(loaded(t, "testdata/lossy-"+name+".json"), bad)
		if d.Sentence.Text != want || !slices.Equal(d.Roles, []int{2}) {
			t.Errorf("it says, of %v, %s", d.Roles, d.Sentence.Text)
		}
		verbs := []string{"", "start(a, b, c, d)", "lose(b, c: loss 85%)", "partition(a, d)", "heal(a, d)"}
		if len(d.Pairs) != len(verbs) {
			t.Errorf("they have %d moments in common", len(d.Pairs))
		}
	}
}

func TestVerbsAreAligned(t *testing.T) {
	verbs := func(roles string, texts ...string) *Record {
		r := &Record{Roles: strings.Fields(roles), Took: 1000}
		for i, text := range texts {
			r.Verbs = append(r.Verbs, Verb{At: int64(10 * (i + 1)), Text: text})
		}
		return r
	}
	for name, c := range map[string]struct {
		good, bad *Record
		want      []Pair
	}{
		"nothing":          {verbs(""), verbs(""), []Pair{{}}},
		"one more":         {verbs("", "x", "y", "z"), verbs("", "x", "z"), []Pair{{}, {10, 10}, {30, 20}}},
		"one less":         {verbs("", "x", "z"), verbs("", "x", "y", "z"), []Pair{{}, {10, 10}, {20, 30}}},
		"most of them":     {verbs("", "a", "b", "c", "d"), verbs("", "b", "c", "a", "d"), []Pair{{}, {20, 10}, {30, 20}, {40, 40}}},
		"numbers":          {verbs("", "hold 3 frames", "wait 1.5s"), verbs("", "hold 12 frames", "wait 300ms"), []Pair{{}, {10, 10}, {20, 20}}},
		"numbers of roles": {verbs("1 2 n-1 n-2", "crash(1)", "crash(n-1)", "start(2)"), verbs("1 2 n-1 n-2", "crash(2)", "crash(n-2)", "start(2)"), []Pair{{}, {30, 30}}},
	} {
		if got := align(c.good, c.bad).pairs; !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
	a := alignment{pairs: []Pair{{0, 0}, {100, 200}, {100, 300}, {200, 350}}}
	for good, want := range map[int64]int64{0: 0, 50: 100, 99: 198, 100: 300, 150: 325, 200: 350, 1200: 1350} {
		if got := a.toBad(good); got != want {
			t.Errorf("%d is at %d, not at %d", good, got, want)
		}
	}
	for bad, want := range map[int64]int64{0: 0, 100: 50, 250: 100, 325: 150, 360: 210} {
		if got := a.toGood(bad); got != want {
			t.Errorf("%d was at %d, not at %d", bad, got, want)
		}
	}
}

package contest_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/bench/internal/contest"
)

// scripted returns a contender whose runs, behind the first, have these values.
func scripted(name, measure string, values ...float64) contest.Contender {
	run := -1
	return contest.Contender{Name: name, Run: func(context.Context) (contest.Sample, error) {
		run++
		if run == 0 {
			return contest.Sample{measure: 1e9}, nil // warm-up, which must not count
		}
		return contest.Sample{measure: values[run-1]}, nil
	}}
}

func TestTable(t *testing.T) {
	c := contest.Contest{
		Name: "tell",
		Contenders: []contest.Contender{
			scripted("ours", "tell", 8e6, 30e6, 9e6),
			scripted("channel", "tell", 10e6, 60e6, 10e6),
			scripted("absent", "ask", 1, 1, 1), // from the first measure
		},
		Measures: []contest.Measure{{
			Name: "tell", Unit: contest.PerSecond, Yardstick: "channel",
			Goals: []contest.Goal{
				contest.AtLeast("ours", 0.8), contest.AtLeast("ours", 0.81), contest.Above("ours", 9e6),
				contest.AheadOf("ours", "channel"), contest.AheadOf("channel", "ours"),
			},
		}, {Name: "ask", Unit: contest.Seconds}},
	}
	r := c.Run(t.Context(), 3, io.Discard)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	out := contest.Table(r)
	want := `| what | who | minimum | median | maximum | ratio: median | minimum to maximum | goal |
|---|---|--:|--:|--:|--:|--:|---|
| tell | channel | 10 M/s | 10 M/s | 60 M/s | 1 |  | ahead of ours: met |
|  | ours | 8 M/s | 9 M/s | 30 M/s | 0.80 | 0.50 to 0.90 | ≥ 0.80: met; ≥ 0.81: **missed**; ≥ 9 M/s: met; ahead of channel: **missed** |
| ask | absent | 1 s | 1 s | 1 s |  |  |  |
`
	if out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
	if missed := r.Missed(); len(missed) != 2 || missed[0] != "tell: ours ≥ 0.81" {
		t.Errorf("missed %q", missed)
	}
}

func TestLessIsBetterForTimes(t *testing.T) {
	c := contest.Contest{
		Name:       "ask",
		Contenders: []contest.Contender{scripted("a", "ask", 1e-6, 2e-6), scripted("b", "ask", 3e-6, 4e-6)},
		Measures: []contest.Measure{{Name: "ask", Unit: contest.Seconds, Yardstick: "a", Goals: []contest.Goal{
			contest.AheadOf("a", "b"), contest.AtMost("b", 2.5), contest.Below("b", 3.4e-6),
		}}},
	}
	r := c.Run(t.Context(), 2, io.Discard)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if missed := r.Missed(); len(missed) != 1 || missed[0] != "ask: b ≤ 3.40 µs" {
		t.Errorf("missed %q", missed)
	}
}

func TestAtMostMoreComparesWithinARun(t *testing.T) {
	c := contest.Contest{
		Name: "start",
		// Slow runs are slow for both; the differences are 10, 30 and 20 ms.
		Contenders: []contest.Contender{
			scripted("broker", "start", 0.110, 0.930, 0.220), scripted("empty", "start", 0.100, 0.900, 0.200),
		},
		Measures: []contest.Measure{{Name: "start", Unit: contest.Seconds, Yardstick: "empty", Goals: []contest.Goal{
			contest.AtMostMore("broker", "empty", 0.021), contest.AtMostMore("broker", "empty", 0.019),
		}}},
	}
	r := c.Run(t.Context(), 3, io.Discard)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if missed := r.Missed(); len(missed) != 1 || missed[0] != "start: broker ≤ empty + 19 ms" {
		t.Errorf("missed %q", missed)
	}
}

func TestOnceIsOnce(t *testing.T) {
	runs := 0
	c := contest.Contest{Once: true, Measures: []contest.Measure{{Name: "x"}}, Contenders: []contest.Contender{{Name: "a", Run: func(context.Context) (contest.Sample, error) {
		runs++
		return contest.Sample{"x": 1}, nil
	}}}}
	r := c.Run(t.Context(), 7, io.Discard)
	if r.Err != nil || runs != 1 || len(r.Values("x", "a")) != 1 {
		t.Errorf("ran %d times, has %v (%v)", runs, r.Values("x", "a"), r.Err)
	}
}

func TestAnErrorLeavesTheRunsBeforeIt(t *testing.T) {
	runs := 0
	failing := contest.Contender{Name: "a", Run: func(context.Context) (contest.Sample, error) {
		if runs++; runs > 2 {
			return nil, errors.New("no port\nand more")
		}
		return contest.Sample{"ask": 1}, nil
	}}
	c := contest.Contest{Name: "asking", Contenders: []contest.Contender{failing}, Measures: []contest.Measure{{Name: "ask"}}}
	c.Measures[0].Unit = contest.Number
	r := c.Run(t.Context(), 7, io.Discard)
	if r.Err == nil || r.Err.Error() != "asking: a: no port\nand more" {
		t.Errorf("got %v", r.Err)
	}
	out := contest.Table(r)
	if want := "| ask | a | 1 | 1 | 1 |  |  |  |\n\n**Failed** in run 2: asking: a: no port\n"; !strings.HasSuffix(out, want) {
		t.Errorf("got\n%s", out)
	}
}

func TestAMissingValueIsAnErrorAndMeetsNoGoal(t *testing.T) {
	less := contest.Measure{Name: "time", Unit: contest.Seconds}
	withGoal := func(g contest.Goal) contest.Measure {
		return contest.Measure{Name: "time", Unit: contest.Seconds, Goals: []contest.Goal{g}}
	}
	for want, m := range map[string]contest.Measure{
		"c: time: b has no value": {Name: "time", Yardstick: "b"},
		"c: time: x has no value": withGoal(contest.Below("x", 1)),
		"c: time: y has no value": withGoal(contest.AheadOf("y", "a")),
		"c: time: z has no value": withGoal(contest.Never("z")),
		"c: b has no value":       less,
	} {
		c := contest.Contest{Name: "c", Contenders: []contest.Contender{scripted("a", "time", 1), scripted("b", "other", 1)}, Measures: []contest.Measure{m}}
		r := c.Run(t.Context(), 1, io.Discard)
		if r.Err == nil || r.Err.Error() != want {
			t.Errorf("got %v, want %s", r.Err, want)
		}
		if len(r.Missed()) != len(m.Goals) {
			t.Errorf("%s: missed %q", want, r.Missed())
		}
	}
}

func TestNeverLooksAtEachRun(t *testing.T) {
	c := contest.Contest{
		Contenders: []contest.Contender{scripted("a", "n", 0, 0, 0), scripted("b", "n", 0, 0, 3)},
		Measures:   []contest.Measure{{Name: "n", Unit: contest.Number, Goals: []contest.Goal{contest.Never("a"), contest.Never("b")}}},
	}
	if missed := c.Run(t.Context(), 3, io.Discard).Missed(); len(missed) != 1 || missed[0] != "n: b 0 in every run" {
		t.Errorf("missed %q", missed)
	}
}

func TestATieIsNotAhead(t *testing.T) {
	for _, unit := range []contest.Unit{contest.Seconds, contest.PerSecond} {
		c := contest.Contest{
			Contenders: []contest.Contender{scripted("a", "x", 5), scripted("b", "x", 5)},
			Measures:   []contest.Measure{{Name: "x", Unit: unit, Goals: []contest.Goal{contest.AheadOf("a", "b")}}},
		}
		if missed := c.Run(t.Context(), 1, io.Discard).Missed(); len(missed) != 1 {
			t.Errorf("%s: missed %q", unit.Format(1), missed)
		}
	}
}

func TestAContenderMayNameItsYardstick(t *testing.T) {
	other := scripted("parallel, 4", "cost", 30)
	other.Yardstick = "plain, 4"
	c := contest.Contest{
		Contenders: []contest.Contender{scripted("plain", "cost", 1000), scripted("plain, 4", "cost", 20), other},
		Measures: []contest.Measure{{
			Name: "cost", Unit: contest.Number, Yardstick: "plain", Goals: []contest.Goal{contest.AtMost("parallel, 4", 1.5), contest.AtMost("parallel, 4", 1.4)},
		}},
	}
	r := c.Run(t.Context(), 1, io.Discard)
	if missed := r.Missed(); len(missed) != 1 {
		t.Errorf("missed %q", missed)
	}
	out := contest.Table(r)
	for _, want := range []string{"| plain, 4 | 20 | 20 | 20 | 0.020 | 0.020 to 0.020 |", "| parallel, 4 | 30 | 30 | 30 | 1.50 of plain, 4 | 1.50 to 1.50 |"} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%swant in it\n%s", out, want)
		}
	}
}

func TestRatiosHaveTwoDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.00", 0.000371: "0.00037", 0.00996: "0.010", 0.0994: "0.099", 0.0996: "0.10",
		0.666: "0.67", 1: "1.00", 9.99: "9.99", 9.999: "10.0", 33.33: "33.3", 99.96: "100", 689.96: "690",
	} {
		c := contest.Contest{
			Contenders: []contest.Contender{scripted("a", "x", 1), scripted("b", "x", v)},
			Measures:   []contest.Measure{{Name: "x", Unit: contest.Number, Yardstick: "a"}},
		}
		if out := contest.Table(c.Run(t.Context(), 1, io.Discard)); !strings.Contains(out, "| "+want+" | "+want+" to "+want+" |") {
			t.Errorf("%g: want %s in\n%s", v, want, out)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		unit contest.Unit
		v    float64
		want string
	}{
		{contest.Seconds, 0, "0 ns"},
		{contest.Seconds, 5.614e-7, "561 ns"},
		{contest.Seconds, 0.0352, "35.2 ms"},
		{contest.Seconds, 9.994e-4, "999 µs"},
		{contest.Seconds, 9.996e-4, "1.00 ms"},
		{contest.PerSecond, 999_600, "1.00 M/s"},
		{contest.PerSecond, 999_400, "999 k/s"},
		{contest.Bytes, 1023.6, "1.00 KiB"},
		{contest.Seconds, 3.486, "3.49 s"},
		{contest.Bytes, 90, "90 B"},
		{contest.PerSecond, 17.26e6, "17.3 M/s"},
		{contest.BytesPerSecond, 1655 * (1 << 20), "1655 MiB/s"},
		{contest.Share, 0.004, "0.40 %"},
		{contest.Number, 3, "3"},
	} {
		if got := c.unit.Format(c.v); got != c.want {
			t.Errorf("Format(%g) = %q, want %q", c.v, got, c.want)
		}
	}
}

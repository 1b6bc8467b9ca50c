package contest_test

import (
	"context"
	"errors"
	"io"
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
			{Name: "absent", Run: func(context.Context) (contest.Sample, error) { return nil, nil }},
		},
		Measures: []contest.Measure{{
			Name: "tell", Unit: contest.PerSecond, Yardstick: "channel",
			Goals: []contest.Goal{
				contest.AtLeast("ours", 0.8), contest.AtLeast("ours", 0.81), contest.Above("ours", 9e6),
				contest.AheadOf("ours", "channel"), contest.AheadOf("channel", "ours"),
			},
		}},
	}
	r, err := c.Run(t.Context(), 3, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	out := contest.Table(r)
	want := `| what | who | minimum | median | maximum | ratio: median | minimum to maximum | goal |
|---|---|--:|--:|--:|--:|--:|---|
| tell | channel | 10 M/s | 10 M/s | 60 M/s | 1 |  | ahead of ours: met |
|  | ours | 8 M/s | 9 M/s | 30 M/s | 0.80 | 0.50 to 0.90 | ≥ 0.80: met; ≥ 0.81: **missed**; ≥ 9 M/s: met; ahead of channel: **missed** |
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
	r, err := c.Run(t.Context(), 2, io.Discard)
	if err != nil {
		t.Fatal(err)
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
	r, err := c.Run(t.Context(), 3, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if missed := r.Missed(); len(missed) != 1 || missed[0] != "start: broker ≤ empty + 19 ms" {
		t.Errorf("missed %q", missed)
	}
}

func TestOnceIsOnce(t *testing.T) {
	runs := 0
	c := contest.Contest{Once: true, Contenders: []contest.Contender{{Name: "a", Run: func(context.Context) (contest.Sample, error) {
		runs++
		return contest.Sample{"x": 1}, nil
	}}}}
	r, err := c.Run(t.Context(), 7, io.Discard)
	if err != nil || runs != 1 || len(r.Values("x", "a")) != 1 {
		t.Errorf("ran %d times, has %v (%v)", runs, r.Values("x", "a"), err)
	}
}

func TestAnErrorNamesTheContender(t *testing.T) {
	c := contest.Contest{Name: "ask", Contenders: []contest.Contender{
		{Name: "a", Run: func(context.Context) (contest.Sample, error) { return nil, errors.New("no port") }},
	}}
	if _, err := c.Run(t.Context(), 1, io.Discard); err == nil || err.Error() != "ask: a: no port" {
		t.Errorf("got %v", err)
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

package chaos

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// has reports whether a schedule has a step of that verb that keeps a and b apart for so long.
func has(steps []Step, verb string, a, b string, lasting time.Duration) bool {
	return slices.ContainsFunc(steps, func(s Step) bool {
		return s.Verb == verb && s.lasting >= lasting && slices.Contains(Group(s.Args[0]), a) &&
			(b == "" || len(s.Args) > 1 && slices.Contains(Group(s.Args[1]), b))
	})
}

func parsed(t *testing.T, schedule string) []Step {
	t.Helper()
	steps, err := Parse(schedule, five)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestTheStepsThatMatterAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		steps []Step
		fails func([]Step) bool
		want  string
		tries int
	}{
		"two of many": {
			drawn(t, 1, 200),
			func(steps []Step) bool {
				return has(steps, "crash", "a", "", 0) && has(steps, "limit", "b", "", 0)
			},
			"", 90,
		},
		"none": {drawn(t, 1, 200), func([]Step) bool { return true }, "", 1},
		"fewer roles": {
			parsed(t, "1.234s for 5s: split a,b c,d,e"),
			func(steps []Step) bool { return has(steps, "split", "b", "d", 0) },
			"10s for 1ms: split b d\n", 30,
		},
		"a pair": {
			parsed(t, "1.234s for 5s: bridge a,b c d,e"),
			func(steps []Step) bool {
				return has(steps, "bridge", "a", "", 0) || has(steps, "split", "a", "e", 0) || has(steps, "partition", "a", "e", 0)
			},
			"10s for 1ms: partition a e\n", 40,
		},
		"one way": {
			parsed(t, "1.234s for 5s: isolate c"),
			func(steps []Step) bool {
				return has(steps, "isolate", "c", "", 0) || has(steps, "partition", "c", "d", 0) || has(steps, "one-way", "d", "c", 0)
			},
			"10s for 1ms: one-way d c\n", 40,
		},
		"how long": {
			parsed(t, "1.234s for 50.123s: isolate c\n2s for 1s: kill b"),
			func(steps []Step) bool { return has(steps, "isolate", "c", "", 3200*time.Millisecond) },
			"10s for 4s: isolate c\n", 30,
		},
		"when": {
			parsed(t, "1.234s for 1s: kill b\n1.301s for 1s: kill c"),
			func(steps []Step) bool {
				return len(steps) == 2 && has(steps, "kill", "b", "", time.Second) && has(steps, "kill", "c", "", time.Second) && steps[1].at < 2*time.Second
			},
			"1.3s for 1s: kill b\n1.4s for 1s: kill c\n", 40,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !c.fails(c.steps) {
				t.Fatal("it does not fail to begin with")
			}
			tries := 0
			least := Shrink(c.steps, five.Names, func(steps []Step) (bool, error) {
				tries++
				if _, err := Parse(text(steps), five); err != nil {
					t.Errorf("%v in\n%s", err, text(steps))
				}
				return c.fails(steps), nil
			})
			if !c.fails(least) {
				t.Errorf("this does not fail:\n%s", text(least))
			}
			if got := text(least); c.want != "" && got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
			if name == "two of many" && len(least) != 2 || name == "none" && len(least) != 0 {
				t.Errorf("%d steps are left:\n%s", len(least), text(least))
			}
			if tries > c.tries {
				t.Errorf("%d schedules were tried", tries)
			}
			t.Logf("%d tries:\n%s", tries, text(least))
		})
	}
}

func TestNoScheduleIsTriedTwice(t *testing.T) {
	tried := map[string]bool{}
	Shrink(drawn(t, 5, 40), five.Names, func(steps []Step) (bool, error) {
		if tried[text(steps)] {
			t.Errorf("this was tried before:\n%s", text(steps))
		}
		tried[text(steps)] = true
		return len(steps) > 7, nil
	})
}

func TestTheBestSoFarIsLeftWhenTimeIsUp(t *testing.T) {
	tries := 0
	steps := drawn(t, 5, 64)
	first := steps[0].String()
	least := Shrink(steps, five.Names, func(steps []Step) (bool, error) {
		if tries++; tries > 5 {
			return true, errors.New("time is up")
		}
		return strings.Contains(text(steps), first), nil
	})
	if len(least) >= len(steps) || len(least) == 0 || tries != 6 {
		t.Errorf("%d of %d steps after %d tries", len(least), len(steps), tries)
	}
}

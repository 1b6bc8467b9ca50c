package chaos

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/transport/fault"
)

var (
	five  = names.Roles{Names: []string{"a", "b", "c", "d", "e"}, Isolated: true}
	three = names.Roles{Names: []string{"a", "b", "c"}}
)

// drawn returns the first steps of a Nemesis that uses every verb.
func drawn(t *testing.T, seed uint64, n int) (steps []Step) {
	config := Config{Mix: map[string]int{}}
	for verb := range verbs {
		config.Mix[verb] = 1
	}
	if err := config.Complete(five); err != nil {
		t.Fatal(err)
	}
	for s := range Draw(config, five.Names, seed) {
		if steps = append(steps, s); len(steps) == n {
			break
		}
	}
	return steps
}

func text(steps []Step) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString(s.String() + "\n")
	}
	return b.String()
}

func TestASeedDrawsOneSchedule(t *testing.T) {
	one, other := text(drawn(t, 1, 500)), text(drawn(t, 2, 500))
	if again := text(drawn(t, 1, 500)); again != one {
		t.Error("one seed drew two schedules")
	}
	if one == other {
		t.Error("two seeds drew the same schedule")
	}
	for verb := range verbs {
		if !strings.Contains(one, ": "+verb) {
			t.Errorf("%s was never drawn", verb)
		}
	}
}

func TestAScheduleCanBeRead(t *testing.T) {
	steps := drawn(t, 1, 500)
	again, err := Parse("# schedule of: x\n\n"+text(steps), five)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(steps, again, func(x, y Step) bool { return x.String() == y.String() }) {
		t.Error("what was read is not what was written")
	}
}

// TestAMinorityIsDown looks at who is down at the beginning of each step.
func TestAMinorityIsDown(t *testing.T) {
	until := map[string]time.Duration{}
	most := 0
	for _, s := range drawn(t, 3, 2000) {
		for role, end := range until {
			if end < s.at {
				delete(until, role)
			}
		}
		if !slices.Contains([]string{"crash", "kill", "pause"}, s.Verb) {
			continue
		}
		if _, down := until[s.Args[0]]; down {
			t.Fatalf("%s: it is down already", s)
		}
		until[s.Args[0]] = s.at + s.lasting
		most = max(most, len(until))
	}
	if most != 2 {
		t.Errorf("%d of 5 were down at a time, want up to 2", most)
	}
}

func TestASchedulesMistakesAreNamed(t *testing.T) {
	for line, want := range map[string]string{
		"1s partition a b":                             `schedule, line 1: "1s partition a b" is not like "1.2s for 300ms: partition a b"`,
		"x for 1s: partition a b":                      `schedule, line 1: time: invalid duration "x"`,
		"1s for x: partition a b":                      `schedule, line 1: time: invalid duration "x"`,
		"1s for 1s: party a b":                         `schedule, line 1: unknown verb "party": the verbs are bridge, corrupt, crash, `,
		"1s for 1s: partition a":                       `schedule, line 1: the arguments are "a", not like "a b"`,
		"1s for 1s: lose a b much":                     `schedule, line 1: strconv.ParseFloat: parsing "much": invalid syntax`,
		"1s for 1s: lose-in-bursts a b 0.1":            `schedule, line 1: the arguments are "a b 0.1", not like "a b 0.1 8"`,
		"1s for 1s: lose-in-bursts a b 0.1 long":       `schedule, line 1: strconv.ParseFloat: parsing "long": invalid syntax`,
		"1s for 1s: lose-in-bursts a b 0.9 4":          `schedule, line 1: transport/fault: burst loss: a share of 0.9 in bursts of 4 is not allowed, only from 0 to 0.8`,
		"1s for 1s: mtu a b much":                      `schedule, line 1: strconv.Atoi: parsing "much": invalid syntax`,
		"1s for 1s: limit a b 0":                       `schedule, line 1: transport/fault: bandwidth: a rate of 0 bytes`,
		"1s for 1s: limit a b 1,x":                     `schedule, line 1: time: invalid duration "x"`,
		"1s for 1s: limit a b 1,-3ms":                  `schedule, line 1: transport/fault: bandwidth: a queue of -3ms is not allowed`,
		"1s for 1s: mtu a b 12":                        `schedule, line 1: transport/fault: mtu: a packet of 12 bytes is not allowed`,
		"1s for 1s: delay a b -2ms":                    `schedule, line 1: transport/fault: latency: a delay of -2ms is not allowed`,
		"1s for 1s: lose a b NaN":                      `schedule, line 1: transport/fault: loss: a share of NaN is not allowed`,
		"1s for 1s: duplicate a b -1":                  `schedule, line 1: transport/fault: duplication: a share of -1 is not allowed`,
		"1s for 1s: reorder a b 2":                     `schedule, line 1: transport/fault: reordering: a share of 2 is not allowed`,
		"1s for 1s: corrupt a b 2":                     `schedule, line 1: transport/fault: corruption: a share of 2 is not allowed`,
		"1s for 1s: kill zz":                           `schedule, line 1: unknown role "zz": the roles are a, b, c`,
		"1s for 1s: skew-clock zz 1s":                  `schedule, line 1: unknown role "zz": the roles are a, b, c`,
		"1s for 1s: limit a zz 100":                    `schedule, line 1: unknown role "zz": the roles are a, b, c`,
		"1s for 1s: partition a,b c":                   `schedule, line 1: unknown role "a,b": the roles are a, b, c`,
		"1s for 1s: split a,zz b":                      `schedule, line 1: unknown role "zz": the roles are a, b, c`,
		"1s for 1s: bridge a b zz":                     `schedule, line 1: unknown role "zz": the roles are a, b, c`,
		"1s for 1s: bridge a b a":                      `schedule, line 1: role "a" is named twice: a link needs two different roles`,
		"1s for 1s: reset a a":                         `schedule, line 1: role "a" is named twice: a link needs two different roles`,
		"1s for 1s: lose a a 0.1":                      `schedule, line 1: role "a" is named twice: a link needs two different roles`,
		"1s for -1s: kill a":                           `schedule, line 1: 1s for -1s is not allowed, only from 0`,
		"-1s for 1s: kill a":                           `schedule, line 1: -1s for 1s is not allowed, only from 0`,
		"1s for 1s: pause a":                           `schedule, line 1: pause needs Parallel(Isolated())`,
		"1s for 1s: ring":                              `schedule, line 1: ring needs 4 roles or more: the roles are a, b, c`,
		"2s for 1s: isolate a\n\n1s for 1s: isolate a": `schedule, line 3: 1s is before the line above`,
	} {
		_, err := Parse(line, three)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v\nwant %s", line, err, want)
		}
	}
}

func TestALimitOfAScheduleMayHaveAQueue(t *testing.T) {
	for text, want := range map[string]fault.Fault{
		"65536":       fault.NewBandwidth(65536),
		"65536,100ms": fault.NewBandwidth(65536, fault.Queue(100*time.Millisecond)),
	} {
		if got, err := parseLimit([]string{text}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestAConfigChecksItself(t *testing.T) {
	for _, test := range []struct {
		want   string
		config Config
	}{
		{"the Mix chooses no verb: the verbs are bridge", Config{}},
		{"MaxDown is -1, so that nobody can be crashed, killed or paused", Config{Mix: map[string]int{"kill": 1}, MaxDown: -1}},
		{`unknown verb "party"`, Config{Mix: map[string]int{"party": 1}}},
		{`the weight of "crash" is -1, which is negative`, Config{Mix: map[string]int{"crash": -1}}},
		{"a delay of -1s is not allowed, only over 0 and up to 24h0m", Config{Mix: map[string]int{"crash": 1}, Every: fault.Constant(-time.Second)}},
	} {
		if err := test.config.Complete(three); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
}

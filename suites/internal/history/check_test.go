package history_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/suites/internal/history"
)

const (
	start = int64(1_000_000_000_000)
	ms    = int64(time.Millisecond)
	bound = 500 * time.Millisecond
)

// A history for a test has times in milliseconds from start on, and these shorthands.
func started(at int64, node, life, id string) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Started, Node: node, Life: life, ID: id}
}

func stopped(at int64, node, life, id string) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Stopped, Node: node, Life: life, ID: id}
}

func handled(at int64, node, life, id string, number int) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Handled, Node: node, Life: life, ID: id, Number: number}
}

func asked(at int64, node, id string, number int) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Asked, Node: node, ID: id, Number: number}
}

func answered(at int64, node, life, id string, number int) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Answered, Node: node, Life: life, ID: id, Number: number}
}

func happened(at int64, kind history.Kind, node string) history.Event {
	return history.Event{At: start + at*ms, Kind: kind, Node: node, By: "a#1"}
}

func heard(at int64, node, by string, number int) history.Event {
	return history.Event{At: start + at*ms, Kind: history.Heard, Node: node, By: by, Number: number}
}

type story []history.Event

// One life of x on b, in which message 1 of a is handled and answered.
var plain = story{
	asked(0, "a#1", "x", 1), started(1, "b#1", "b1", "x"), handled(2, "b#1", "b1", "x", 1), answered(3, "a#1", "b1", "x", 1),
}

// Message 1 of a is for x on c, and sent again to b, which handles and answers it. c, where x
// lived until then, handles it later.
func late(at int64) story {
	return story{
		asked(0, "a#1", "x", 1), started(1, "c#1", "c1", "x"), started(120, "b#1", "b1", "x"), handled(120, "b#1", "b1", "x", 1),
		answered(121, "a#1", "b1", "x", 1), handled(at, "c#1", "c1", "x", 1), stopped(at, "c#1", "c1", "x"),
	}
}

func (s story) and(more ...history.Event) story { return slices.Concat(s, more) }

func TestCheck(t *testing.T) {
	crashed := happened(100, history.Crashed, "b#1")
	givenUp := happened(100, history.GivenUp, "b#1")
	ended := happened(200, history.Ended, "b#1")
	unanswered := plain[:3]
	for name, c := range map[string]struct {
		story story
		wrong string // what the rules say that it breaks; "" if it breaks none
	}{
		"one life":                   {plain, ""},
		"a life after another":       {plain.and(stopped(50, "b#1", "b1", "x"), started(50, "c#1", "c1", "x")), ""},
		"a life after a crash":       {plain.and(crashed, started(300, "c#1", "c1", "x")), ""},
		"lives of two ids":           {plain.and(started(2, "c#1", "c1", "y")), ""},
		"a life killed as it starts": {plain.and(crashed, started(110, "c#1", "c1", "x"), started(120, "b#1", "b2", "x")), ""},
		"handled again after a crash": {unanswered.and(crashed, started(300, "c#1", "c1", "x"),
			handled(301, "c#1", "c1", "x", 1), answered(302, "a#1", "c1", "x", 1)), ""},
		"handled late by a downed node": {late(150).and(happened(100, history.GivenUp, "c#1")), ""},
		"handled late by a downed node, which is paused": {late(1150).and(happened(60, history.Paused, "c#1"),
			happened(100, history.GivenUp, "c#1"), happened(1140, history.Resumed, "c#1"), happened(1160, history.Ended, "c#1")), ""},
		"answered late by a downed node": {late(150).and(happened(100, history.GivenUp, "c#1"), answered(151, "a#1", "c1", "x", 1)), ""},
		"a node that learns late that it was downed": {plain.and(givenUp, started(150, "c#1", "c1", "x"),
			ended, stopped(201, "b#1", "b1", "x")), ""},
		"a downed node is faster": {plain.and(happened(80, history.Ended, "b#1"), stopped(81, "b#1", "b1", "x"), givenUp,
			started(150, "c#1", "c1", "x")), ""},
		"a node that was paused learns late": {plain.and(happened(90, history.Paused, "b#1"), givenUp,
			started(150, "c#1", "c1", "x"), happened(1500, history.Resumed, "b#1"),
			happened(1600, history.Ended, "b#1"), stopped(1601, "b#1", "b1", "x")), ""},
		"a node that is killed while it is paused": {plain.and(happened(90, history.Paused, "b#1"), givenUp,
			happened(1500, history.Crashed, "b#1"), started(1600, "c#1", "c1", "x")), ""},
		"letters with gaps, of two senders and to two nodes": {
			story{heard(1, "b#1", "a#1", 1), heard(2, "b#1", "a#1", 3), heard(3, "b#1", "c#1", 1), heard(4, "c#1", "a#1", 2)}, "",
		},

		"a node that never learns, paused before that": {
			plain.and(happened(10, history.Paused, "b#1"), happened(50, history.Resumed, "b#1"), givenUp, stopped(700, "b#1", "b1", "x")),
			"b#1 went on for 600ms after it was given up",
		},
		"a node that goes on for too long after a pause": {
			plain.and(happened(90, history.Paused, "b#1"), givenUp, happened(1500, history.Resumed, "b#1"), stopped(2100, "b#1", "b1", "x")),
			"b#1 went on for 2s after it was given up",
		},
		"a letter that comes twice": {
			story{heard(1, "b#1", "a#1", 1), heard(2, "b#1", "a#1", 1)}, "letter 1 of a#1 came to b#1 behind letter 1",
		},
		"a letter that is late": {
			story{heard(1, "b#1", "a#1", 2), heard(2, "b#1", "a#1", 1)}, "letter 1 of a#1 came to b#1 behind letter 2",
		},
		"two lives": {
			plain.and(started(50, "c#1", "c1", "x"), stopped(60, "b#1", "b1", "x")),
			"two lives of x at a time, for 10ms",
		},
		"two lives, not next to each other": {
			plain.and(started(50, "c#1", "c1", "x"), stopped(51, "c#1", "c1", "x"), started(52, "c#1", "c2", "x")),
			"two lives of x at a time, for 1ms; two lives of x at a time, for 1ns",
		},
		"two lives on one node": {plain.and(started(50, "b#1", "b2", "x")), "two lives of x at a time, for 1ns"},
		"two lives before a crash": {
			plain.and(started(60, "c#1", "c1", "x"), crashed),
			"two lives of x at a time, for 40ms",
		},
		"another life before the node is given up": {
			plain.and(started(99, "c#1", "c1", "x"), givenUp, ended, stopped(201, "b#1", "b1", "x")),
			"two lives of x at a time, for 102ms",
		},
		"a life with no start": {story{stopped(1, "b#1", "b1", "x")}, "life b1 stopped, and had not started"},
		"a node that never learns": {
			plain.and(givenUp, stopped(700, "b#1", "b1", "x")),
			"b#1 went on for 600ms after it was given up",
		},
		"a life that outlives its node": {
			plain.and(givenUp, ended, stopped(900, "b#1", "b1", "x")),
			"life b1 went on for 700ms after its node had ended",
		},

		"the wrong entity": {
			story{asked(0, "a#1", "y", 1), started(1, "b#1", "b1", "x"), handled(2, "b#1", "b1", "x", 1)},
			"message 1 for y was handled by x, life b1",
		},
		"the wrong entity answers": {
			plain[:3].and(started(1, "c#1", "c1", "y"), answered(3, "a#1", "c1", "y", 1)),
			"message 1 for x was answered by y, life c1; message 1 was answered in life c1, and not handled there before",
		},
		"a life of another": {
			story{asked(0, "a#1", "y", 1), started(1, "b#1", "b1", "x"), handled(2, "b#1", "b1", "y", 1)},
			"message 1 for y was handled by y, life b1",
		},
		"twice in a life": {unanswered.and(handled(5, "b#1", "b1", "x", 1)), "message 1 was handled twice in life b1"},
		"twice, and nothing was lost": {
			unanswered.and(stopped(4, "b#1", "b1", "x"), started(5, "c#1", "c1", "x"), handled(6, "c#1", "c1", "x", 1)),
			"message 1 was handled again, and neither b#1 nor c#1 was lost",
		},
		"twice, and lost only later": {
			unanswered.and(stopped(4, "b#1", "b1", "x"), started(5, "c#1", "c1", "x"), handled(6, "c#1", "c1", "x", 1), crashed),
			"message 1 was handled again, and neither b#1 nor c#1 was lost",
		},
		"twice, and downed only after the other": {
			late(150).and(happened(122, history.GivenUp, "c#1")),
			"message 1 was handled again, and neither b#1 nor c#1 was lost; two lives of x at a time, for 30ms",
		},
		"two answers, and downed only after the first": {
			late(150).and(happened(122, history.GivenUp, "c#1"), answered(151, "a#1", "c1", "x", 1)),
			"message 1 was handled again, and neither b#1 nor c#1 was lost; message 1 was answered twice; two lives of x at a time, for 30ms",
		},
		"by a downed node, long after the answer": {
			late(650).and(happened(100, history.GivenUp, "c#1"), happened(590, history.Ended, "c#1")),
			"message 1 was handled again although it had been answered",
		},
		"again although it was answered": {
			plain.and(crashed, started(600, "c#1", "c1", "x"), handled(601, "c#1", "c1", "x", 1)),
			"message 1 was handled again although it had been answered",
		},
		"two answers": {plain.and(answered(4, "a#1", "b1", "x", 1)), "message 1 was answered twice"},
		"an answer from nowhere": {
			plain[:2].and(answered(4, "a#1", "b1", "x", 1)),
			"message 1 was answered in life b1, and not handled there before",
		},
		"asked twice":   {plain.and(asked(1, "a#1", "x", 1)), "message 1 was asked 2 times"},
		"asked by none": {plain[1:], "message 1 was asked 0 times"},
	} {
		t.Run(name, func(t *testing.T) {
			events := slices.Clone(c.story)
			slices.Reverse(events) // order is that of time
			var rules []string
			for _, v := range history.Check(events, bound) {
				rules = append(rules, v.Rule)
			}
			if got := strings.Join(rules, "; "); got != c.wrong {
				t.Errorf("got  %q\nwant %q\n%s", got, c.wrong, history.Report(history.Check(events, bound), start))
			}
		})
	}
}

func TestReport(t *testing.T) {
	got := history.Report(history.Check(plain.and(
		started(50, "c#1", "c1", "x"), happened(90, history.GivenUp, "b#1"), happened(95, history.Ended, "b#1"), stopped(96, "b#1", "b1", "x"),
	), bound), start)
	want := `two lives of x at a time, for 46ms
     0.001000s  b#1  started   x, life b1
     0.050000s  c#1  started   x, life c1
     0.090000s  b#1  given up  by a#1
     0.095000s  b#1  ended
     0.096000s  b#1  stopped   x, life b1
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := history.Report(nil, start); got != "" {
		t.Errorf("got %q of nothing", got)
	}
}

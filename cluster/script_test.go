package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// TestStories runs the scripts in testdata on a sim. A line is one of
//
//	options seeds=a,b contacts=c heartbeat=50ms/200ms downing=400ms weakly=1s
//	start a b | crash a | leave a          each node, in order
//	cut a b | cut a>b | isolate c          both ways, one way, from all the others
//	heal a b | heal a>b | heal all
//	run 2s
//	within 300ms a b: a up, b up; leader a each named node comes to show just that
//	within 1s all: ...                     every node that lives
//	over c: node was downed                what Err returns, or "left"
//	formed a: b c                          formed a cluster; these had not answered
//	formed a: nothing                      did not form one
//	quiet 10s                              no view changes meanwhile
//
// In within, what follows a semicolon may be left out. A # begins a comment.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for seed := range seeds(10) {
				s := newSim(t, seed)
				for i, line := range strings.Split(string(text), "\n") {
					line, _, _ = strings.Cut(line, "#")
					if fields := strings.Fields(line); len(fields) > 0 {
						s.note("> %s", strings.TrimSpace(line))
						if err := s.tell(fields[0], fields[1:]); err != nil {
							s.fail("%s:%d: seed %d: %s: %v", file, i+1, seed, strings.TrimSpace(line), err)
						}
					}
				}
			}
		})
	}
}

func (s *sim) tell(verb string, args []string) error {
	switch verb {
	case "options":
		return s.setOptions(args)
	case "start":
		s.each(args, s.start)
	case "crash":
		s.each(args, s.crash)
	case "leave":
		s.each(args, s.leave)
	case "cut", "heal":
		if args[0] == "all" {
			s.healAll()
			return nil
		}
		s.setCut(verb == "cut", parseLinks(args)...)
	case "isolate":
		for _, other := range s.live() {
			if a := transport.Address(args[0]); other != a {
				s.setCut(true, both(a, other)...)
			}
		}
	case "within":
		return s.within(duration(args[0]), strings.Join(args[1:], " "))
	case "over":
		n, want := s.nodes[transport.Address(strings.TrimSuffix(args[0], ":"))], strings.Join(args[1:], " ")
		if got := fmt.Sprint(n.err); n.phase != over || got != want && (want != "left" || n.err != nil) {
			return fmt.Errorf("phase %d, %s", n.phase, got)
		}
	case "formed":
		got := "nothing"
		if f := s.nodes[transport.Address(strings.TrimSuffix(args[0], ":"))].formed; f != nil {
			got = strings.Trim(fmt.Sprint(f.Silent), "[]")
		}
		if want := strings.Join(args[1:], " "); got != want {
			return fmt.Errorf("formed %q", got)
		}
	case "run":
		s.run(duration(args[0]))
	case "quiet":
		return s.quiet(duration(args[0]))
	default:
		return fmt.Errorf("unknown verb %q", verb)
	}
	return nil
}

func (s *sim) each(args []string, do func(transport.Address)) {
	for _, a := range args {
		do(transport.Address(a))
	}
}

func (s *sim) setOptions(args []string) error {
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "seeds", "contacts":
			var all []transport.Address
			for a := range strings.SplitSeq(value, ",") {
				all = append(all, transport.Address(a))
			}
			s.options = append(s.options, map[string]func(...transport.Address) Option{"seeds": WithSeeds, "contacts": WithContacts}[name](all...))
		case "heartbeat":
			interval, after, _ := strings.Cut(value, "/")
			s.options = append(s.options, WithDetector(Deadline(duration(interval), duration(after))))
		case "downing":
			s.options = append(s.options, WithDowning(AutoDown(duration(value))))
		case "weakly":
			s.options = append(s.options, WithWeaklyUpAfter(duration(value)))
		default:
			return fmt.Errorf("unknown option %q", name)
		}
	}
	return nil
}

func (s *sim) within(d time.Duration, text string) error {
	who, want, _ := strings.Cut(text, ": ")
	nodes := strings.Fields(who)
	if who == "all" {
		nodes = nil
		for _, a := range s.live() {
			nodes = append(nodes, string(a))
		}
	}
	var got string
	shows := func() bool {
		for _, a := range nodes {
			n := s.nodes[transport.Address(a)]
			_, got, _ = strings.Cut(n.shown.String(), " sees ")
			if got != want && !strings.HasPrefix(got, want+";") {
				got = a + " sees " + got
				return false
			}
		}
		return true
	}
	if !s.until(d, shows) {
		return fmt.Errorf("but %s", got)
	}
	return nil
}

func (s *sim) quiet(d time.Duration) error {
	for _, n := range s.nodes {
		n.changes = 0
	}
	s.run(d)
	for a, n := range s.nodes {
		if n.changes > 0 {
			return fmt.Errorf("%s changed its view %d times", a, n.changes)
		}
	}
	return nil
}

func duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

func parseLinks(args []string) []transport.Link {
	if from, to, oneWay := strings.Cut(args[0], ">"); oneWay {
		return []transport.Link{{From: transport.Address(from), To: transport.Address(to)}}
	}
	return both(transport.Address(args[0]), transport.Address(args[1]))
}

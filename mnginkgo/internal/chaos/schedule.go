package chaos

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Step is one harm.
type Step struct {
	at, lasting time.Duration // at: since the beginning
	Verb        string
	Args        []string
}

// Fault returns the fault that a step puts on the links between its first two arguments, and what
// that is called, or false if the step does something else.
func (s Step) Fault() (name string, f fault.Fault, is bool) {
	v := verbs[s.Verb]
	if v.fault != nil {
		f, _ = v.fault(s.Args[2:]) // it was checked
	}
	return v.name, f, v.fault != nil
}

// String returns the step as a line of a schedule: "1.204s for 340ms: partition a b".
func (s Step) String() string {
	return fmt.Sprintf("%v for %v: %s", s.at, s.lasting, strings.Join(append([]string{s.Verb}, s.Args...), " "))
}

// Parse reads steps, as String writes them, a line each. Lines that are empty or begin with # are
// left out.
func Parse(schedule string, roles names.Roles) ([]Step, error) {
	var steps []Step
	for i, line := range strings.Split(schedule, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parseStep(line, roles)
		if err == nil && len(steps) > 0 && s.at < steps[len(steps)-1].at {
			err = fmt.Errorf("%v is before the line above", s.at)
		}
		if err != nil {
			return nil, fmt.Errorf("schedule, line %d: %w", i+1, err)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func parseStep(line string, roles names.Roles) (s Step, err error) {
	when, what, ok := strings.Cut(line, ":")
	times, words := strings.Fields(when), strings.Fields(what)
	if !ok || len(times) != 3 || times[1] != "for" || len(words) == 0 {
		return s, fmt.Errorf("%q is not like \"1.2s for 300ms: partition a b\"", line)
	}
	if s.at, err = time.ParseDuration(times[0]); err != nil {
		return s, err
	}
	if s.lasting, err = time.ParseDuration(times[2]); err != nil {
		return s, err
	}
	if s.at < 0 || s.lasting < 0 {
		return s, fmt.Errorf("%v for %v is not allowed, only from 0", s.at, s.lasting)
	}
	s.Verb, s.Args = words[0], words[1:]
	if err := checkVerb(s.Verb, roles); err != nil {
		return s, err
	}
	return s, verbs[s.Verb].check(roles, s.Args)
}

// Text returns a schedule below its title, as Parse and Replay read it.
func Text(title string, steps []Step) string {
	var b strings.Builder
	b.WriteString(title + "\n")
	for _, s := range steps {
		b.WriteString(s.String() + "\n")
	}
	return b.String()
}

// titleStart is what the first line of a schedule begins with.
const titleStart = "# schedule of: "

// Title returns the first line of the schedule of a spec's nemesis: the first one, or that of a
// higher number.
func Title(spec string, number int) string {
	if number > 1 {
		spec += fmt.Sprintf(", number %d", number)
	}
	return titleStart + spec
}

// Replay returns the schedule of this title that a file has, or "". A file may have several, one below the other.
func Replay(file, title string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if !strings.HasPrefix(strings.TrimSpace(first), titleStart) {
		return "", fmt.Errorf("the first line of %s does not begin with %q", file, titleStart)
	}
	var found strings.Builder
	within := false
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), titleStart) {
			within = strings.TrimSpace(line) == title
		}
		if within {
			found.WriteString(line)
		}
	}
	return found.String(), nil
}

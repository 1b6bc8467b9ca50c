// Package contest runs contenders side by side and compares them.
//
// A speed in nanoseconds says as much about the machine as about the code. So each run
// of a contest has every contender once, in an order of its own, and what counts are
// the ratios to one of them, the yardstick, within a run: what the machine was busy
// with meanwhile hit them all.
package contest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// Contest is one or more measures that the same contenders take part in.
type Contest struct {
	Name       string
	Once       bool // it takes minutes: one run only, and none to warm up
	Contenders []Contender
	Measures   []Measure
}

// Contender is who takes part.
type Contender struct {
	Name string
	// Yardstick is who this contender is divided by, if not by the measure's.
	Yardstick string
	// Run does it once and returns what it measured. A measure that it leaves out it
	// does not take part in.
	Run func(context.Context) (Sample, error)
}

// Sample has values by the name of their measure: seconds, bytes, or numbers per
// second, as the measure's Unit says.
type Sample map[string]float64

// Measure is one thing to be compared.
type Measure struct {
	Name      string
	Unit      Unit
	Yardstick string // the contender that the others are divided by; "" if there is none
	Goals     []Goal
}

// Result is what the runs of a contest have shown.
type Result struct {
	Contest Contest
	Err     error               // what ended the contest before its last run
	runs    []map[string]Sample // by contender
}

// Run holds a contest: once to warm up, and then runs times, unless it is held Once. It
// notes the progress on log. The first error of a contender, with its name, ends it: the
// result has that, and the runs before. So it does if nobody has a value where one is
// asked for.
func (c Contest) Run(ctx context.Context, runs int, log io.Writer) Result {
	result := Result{Contest: c}
	first := 0
	if c.Once {
		first, runs = 1, 1
	}
	for run := first; run <= runs; run++ {
		_, err := fmt.Fprintf(log, "%s: %d of %d\n", c.Name, run, runs)
		var samples map[string]Sample
		if err == nil {
			samples, err = c.once(ctx)
		}
		if err != nil {
			result.Err = err
			return result
		}
		if run > 0 {
			result.runs = append(result.runs, samples)
		}
	}
	result.Err = result.missing()
	return result
}

// missing returns an error that names the first yardstick, or contender with a goal, that
// has no value; and a contender that has none at all.
func (r Result) missing() error {
	for _, m := range r.Contest.Measures {
		wanted := []string{m.Yardstick}
		for _, g := range m.Goals {
			wanted = append(wanted, g.who)
		}
		for _, who := range wanted {
			if who != "" && len(r.Values(m.Name, who)) == 0 {
				return fmt.Errorf("%s: %s: %s has no value", r.Contest.Name, m.Name, who)
			}
		}
	}
	for _, c := range r.Contest.Contenders {
		if !slices.ContainsFunc(r.Contest.Measures, func(m Measure) bool { return len(r.Values(m.Name, c.Name)) > 0 }) {
			return fmt.Errorf("%s: %s has no value", r.Contest.Name, c.Name)
		}
	}
	return nil
}

func (c Contest) once(ctx context.Context) (map[string]Sample, error) {
	samples := map[string]Sample{}
	order := slices.Clone(c.Contenders)
	rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, who := range order {
		sample, err := who.Run(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.Name, who.Name, err)
		}
		samples[who.Name] = sample
	}
	return samples, nil
}

// yardstickOf returns who a contender is divided by in the measure, or "".
func (r Result) yardstickOf(m Measure, who string) string {
	for _, c := range r.Contest.Contenders {
		if c.Name == who && c.Yardstick != "" {
			return c.Yardstick
		}
	}
	return m.Yardstick
}

// Values returns what a contender had in the measure, run by run.
func (r Result) Values(measure, who string) []float64 {
	return r.each(func(run map[string]Sample) (float64, bool) {
		v, ok := run[who][measure]
		return v, ok
	})
}

// Ratios returns what a contender had in the measure, divided by what the yardstick had
// in the same run.
func (r Result) Ratios(measure, who, yardstick string) []float64 {
	return r.each(func(run map[string]Sample) (float64, bool) {
		v, ok := run[who][measure]
		by, ok2 := run[yardstick][measure]
		return v / by, ok && ok2 && by != 0
	})
}

// Differences returns what a contender had in the measure, less what another had in the
// same run.
func (r Result) Differences(measure, who, other string) []float64 {
	return r.each(func(run map[string]Sample) (float64, bool) {
		v, ok := run[who][measure]
		less, ok2 := run[other][measure]
		return v - less, ok && ok2
	})
}

func (r Result) each(value func(run map[string]Sample) (float64, bool)) (all []float64) {
	for _, run := range r.runs {
		if v, ok := value(run); ok {
			all = append(all, v)
		}
	}
	return all
}

// Command bench compares multinode with lower bounds, and with
// others that do the same, in one run, and prints a table in Markdown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/report"
)

// choice is what the flags say.
type choice struct {
	runs          int
	only          string
	into, profile string
}

func main() {
	child.Serve(contests.Parts())
	var c choice
	flag.IntVar(&c.runs, "runs", 7, "how often each contender runs, behind a run to warm up")
	flag.StringVar(&c.only, "only", "", "hold only the contests whose name `matches` this regular expression")
	flag.StringVar(&c.into, "o", "", "put the table into a Markdown `file` too, in place of the one that is there")
	flag.StringVar(&c.profile, "cpuprofile", "", "write a CPU profile of this process, the broker's, to a `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal kills
	err := profiled(c.profile, func() error { return hold(ctx, c) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// hold holds the contests and writes their table.
func hold(ctx context.Context, c choice) (err error) {
	began := time.Now()
	only, err := regexp.Compile(c.only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if c.only != "" && c.into != "" {
		return errors.New("-only and -o: a part would replace the whole table")
	}
	if c.runs < 1 {
		return fmt.Errorf("-runs: %d: there must be one at least", c.runs)
	}
	all, done, err := contests.Of(ctx, only.MatchString)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	var results []contest.Result
	for _, contest := range all {
		if ctx.Err() == nil {
			results = append(results, contest.Run(ctx, c.runs, os.Stderr))
		}
	}
	return write(c, began, results, context.Cause(ctx))
}

// write prints the table, of a part too, and puts it into the file if it is whole. It
// returns an error with what ended the contests early and all that failed.
func write(c choice, began time.Time, results []contest.Result, early error) error {
	took := time.Since(began)
	table := report.Origin(began, took, c.runs) + contest.Table(results...)
	fmt.Print(table)
	missed := 0
	failed := []error{early}
	for _, r := range results {
		for _, m := range r.Missed() {
			fmt.Fprintln(os.Stderr, "missed:", m)
			missed++
		}
		failed = append(failed, r.Err)
	}
	fmt.Fprintf(os.Stderr, "%d goals missed, %s in all\n", missed, took.Round(time.Second))
	if err := errors.Join(failed...); err != nil || c.into == "" {
		return err
	}
	return report.Replace(c.into, "table", table)
}

// profiled calls do, and keeps a CPU profile meanwhile if there is a file for it.
func profiled(file string, do func() error) error {
	if file == "" {
		return do()
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return do()
}

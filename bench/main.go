// Command bench compares multinode with the least that could do the same, and with
// others that do it, in one run, and prints a table in Markdown.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime/pprof"

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
)

func main() {
	child.Serve(contests.Parts())
	runs := flag.Int("runs", 7, "how often each contender runs, behind a run to warm up")
	only := flag.String("only", "", "hold only the contests whose name `matches` this regular expression")
	profile := flag.String("cpuprofile", "", "write a CPU profile of this process, the broker's, to a `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := profiled(*profile, func() error { return hold(ctx, *runs, *only) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
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

func hold(ctx context.Context, runs int, only string) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	var results []contest.Result
	for _, c := range contests.All() {
		if !chosen.MatchString(c.Name) {
			continue
		}
		result, err := c.Run(ctx, runs, os.Stderr)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	contest.WriteTable(os.Stdout, results...)
	return nil
}

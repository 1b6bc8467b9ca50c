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

	"github.com/7aca83c2/multinode/bench/contests"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
)

func main() {
	child.Serve(contests.Parts)
	runs := flag.Int("runs", 7, "how often each contender runs, behind a run to warm up")
	only := flag.String("only", "", "hold only the contests whose name `matches` this regular expression")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := hold(ctx, *runs, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
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

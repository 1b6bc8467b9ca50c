// Command growth measures how what multinode does grows: with the nodes of a cluster, from
// 3 to 200, and with the processes around a broker, from 2 to 16. It draws both, and
// prints the numbers in Markdown.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/report"
	"github.com/7aca83c2/multinode/bench/ring"
)

func main() {
	child.Serve(ring.Parts)
	out := flag.String("o", "growth.svg", "draw the clusters to a `file`, and the broker to broker-growth.svg beside it")
	into := flag.String("into", "", "put the numbers into a Markdown `file` too, in place of those that are there")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal kills
	var text strings.Builder
	err := grow(ctx, *out, &text)
	stop()
	fmt.Print(text.String())
	if err == nil && *into != "" {
		err = report.Replace(*into, "growth", text.String())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

func grow(ctx context.Context, out string, w *strings.Builder) error {
	began := time.Now()
	crowds, err := growCrowds(ctx)
	if err != nil {
		return err
	}
	writeTable(w, "nodes", crowds)
	fmt.Fprintf(w, "\nFrom %d nodes on:\n\n", asymptotic)
	for _, s := range crowds {
		if s.follows {
			continue
		}
		fmt.Fprintf(w, "- %s: %s · n^%.2f\n", s.name, s.unit.Format(s.law.factor), s.law.exponent)
	}
	if err := drawCrowds(out, crowds); err != nil {
		return err
	}
	rings, err := growRings(ctx)
	if err != nil {
		return err
	}
	w.WriteString("\n")
	writeTable(w, "processes", rings)
	fmt.Fprintf(w, "\n`make bench`: medians. %s", report.Origin(began, time.Since(began), ringRuns))
	return drawRings(filepath.Join(filepath.Dir(out), "broker-growth.svg"), rings)
}

// writeTable writes the points of all series, which have the same x, in Markdown.
func writeTable(w *strings.Builder, x string, all []*series) {
	head, under := "| "+x+" |", "|--:|"
	for _, s := range all {
		head, under = head+" "+s.name+" |", under+"--:|"
	}
	fmt.Fprintf(w, "%s\n%s\n", head, under)
	for i, at := range all[0].points {
		fmt.Fprintf(w, "| %g |", at.x)
		for _, s := range all {
			fmt.Fprintf(w, " %s |", s.unit.Format(s.points[i].y))
		}
		w.WriteString("\n")
	}
}

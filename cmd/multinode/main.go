// Command multinode shows what failed multi-node specs have left: a record of each, and a page of it.
//
//	go run github.com/7aca83c2/multinode/cmd/multinode show
//
// It looks for records in the folders multinode-failures below the present one, serves their pages on 127.0.0.1, and
// opens them in the browser if it runs in a terminal. Where there are several, an index comes first, with the
// latest on top; what fails meanwhile is there when that is reloaded. Ctrl-C ends it.
//
//	multinode show [flags] [file or folder ...]
//
// Files are records (.json) or pages (.html, which have the record in them), and folders are searched with all that is below
// them, but for .git, node_modules and vendor.
//
// # In the terminal
//
// With -list it says which records there are. With -text it prints the latest one, and with -trace it
// writes that in the Trace Event Format, for chrome://tracing and https://ui.perfetto.dev:
//
//	multinode show -list
//	multinode show -text -around 500ms
//	multinode show -text -link 'a>b' -frames -from 2.4 -to 2.6 multinode-failures/20300102-030405.000-p1-x.json
//	multinode show -text -role a,b -kinds view,life,fault -match unreachable
//	multinode show -trace out.json
//
// What the filters mean is said where package record/text has them, in its Filter. Times are durations, or seconds as in
// the first column of the text.
//
// # Exit codes
//
// It ends with 0 if it did what it was to do, 1 if there was no record or it could not be read, and 2 if it was called
// wrongly. With go run, both are 1.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes.
const (
	ok = iota
	nothing
	misused
)

const usage = `usage: multinode <command>

commands:
  show   show what failed specs have left: multinode show -h says how
  help   say this
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, complain io.Writer) int {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "show":
		return show(ctx, args[1:], out, complain)
	case "help", "-h", "-help", "--help":
		say(out, "%s", usage)
		return ok
	case "":
		say(complain, "%s", usage)
	default:
		say(complain, "multinode: there is no command %q\n%s", command, usage)
	}
	return misused
}

// say writes what nobody has to read.
func say(to io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(to, format, args...) }

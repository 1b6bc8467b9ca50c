package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/7aca83c2/multinode/record/page"
	"github.com/7aca83c2/multinode/record/text"
	"github.com/7aca83c2/multinode/record/trace"
)

// show does what the command is for, and returns its exit code.
func show(ctx context.Context, args []string, out, complain io.Writer) int {
	o, err := parse(args, out, complain)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		return misused
	}
	all, err := find(o.where)
	if err == nil && len(all) == 0 {
		err = errors.New("there is no record of a failed spec here; give the folder if it is not " + folder)
	}
	code := nothing
	if err == nil {
		switch {
		case o.list:
			err = list(out, all)
		case o.text:
			code, err = printText(out, all[0], o.filter)
		case o.trace != "":
			err = writeTrace(out, all[0], o.trace)
		default:
			err = serve(ctx, o, out)
		}
	}
	if err != nil {
		say(complain, "multinode: %v\n", err)
		return code
	}
	return ok
}

// list writes some lines for each record.
func list(out io.Writer, all []stored) error {
	var b bytes.Buffer
	for _, s := range all {
		l := listed(s, "")
		fmt.Fprintf(&b, "%s  %-8s  %s\n", s.began.Format(time.DateTime), l.State, text.Plain(l.Spec))
		for _, line := range []string{l.Headline, s.path} {
			if line != "" {
				fmt.Fprintf(&b, "    %s\n", text.Plain(line))
			}
		}
	}
	_, err := b.WriteTo(out)
	return err
}

// listed returns what a list says of a record, which may be that it cannot be read.
func listed(s stored, address string) page.Listed {
	r, err := s.read()
	if err != nil {
		return page.Listed{Spec: s.path, State: "unreadable", Headline: err.Error(), Began: s.began}
	}
	l := page.List(r, address)
	l.Began = s.began
	return l
}

func printText(out io.Writer, s stored, filter text.Filter) (code int, err error) {
	r, err := s.read()
	if err != nil {
		return nothing, err
	}
	var b bytes.Buffer
	if err := text.Write(&b, r, filter); err != nil {
		return misused, err
	}
	_, err = b.WriteTo(out)
	return nothing, err
}

func writeTrace(out io.Writer, s stored, to string) error {
	r, err := s.read()
	if err != nil {
		return err
	}
	if to == "-" {
		return trace.Write(out, r)
	}
	var b bytes.Buffer
	if err := trace.Write(&b, r); err != nil {
		return err
	}
	if err := os.WriteFile(to, b.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is the trace of %s\n", to, s.path)
	return err
}

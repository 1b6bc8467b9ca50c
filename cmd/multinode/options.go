package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record/text"
)

// options are what show was called with.
type options struct {
	text, list, open bool
	trace            string
	filter           text.Filter
	where            []string // files and folders
}

const showUsage = `usage: multinode show [flags] [file or folder ...]

Serves the pages of failed specs on 127.0.0.1, and opens them in the browser;
with -list, -text or -trace it does something else. Without files or folders it
looks into each ` + folder + ` below this one.

flags:
`

// parse returns what show was called with. Flags may stand behind files too. It has said what is wrong if there is an
// error.
func parse(args []string, out, complain io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("multinode show", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.list, "list", false, "say which records there are, the latest first")
	flags.BoolVar(&o.text, "text", false, "print the latest record as text")
	flags.StringVar(&o.trace, "trace", "", "write the latest record to `file` (- is the terminal), for\nchrome://tracing and ui.perfetto.dev")
	flags.BoolVar(&o.open, "open", true, "open the browser, if this is a terminal")
	f := &o.filter
	var frames bool
	flags.Func("role", "with -text: what is of these `roles`: a,b", func(s string) error {
		f.Roles = append(f.Roles, strings.Split(s, ",")...)
		return nil
	})
	flags.StringVar(&f.Link, "link", "", "with -text: what is on this `link`, 'a>b', or a,b for both ways, and of\nits ends")
	flags.Var((*seconds)(&f.From), "from", "with -text: what is from this `time` on: 2.5 or 2.5s")
	flags.Var((*seconds)(&f.To), "to", "with -text: what is until this `time`")
	flags.Var((*seconds)(&f.Around), "around", "with -text: what is within this `time` of the failure")
	flags.Func("kinds", "with -text: lines of these `kinds`:"+kinds(), func(s string) error {
		for kind := range strings.SplitSeq(s, ",") {
			f.Kinds = append(f.Kinds, text.Kind(strings.TrimSpace(kind)))
		}
		return nil
	})
	flags.BoolVar(&frames, "frames", false, "with -text: each frame, too")
	flags.Func("match", "with -text: lines in which this regular `expression` matches", func(s string) (err error) {
		f.Match, err = regexp.Compile(s)
		return err
	})
	for rest := args; len(rest) > 0; {
		if err = flags.Parse(rest); err != nil {
			break
		}
		if rest = flags.Args(); len(rest) > 0 {
			o.where, rest = append(o.where, rest[0]), rest[1:]
		}
	}
	if err == nil {
		err = o.check(flags)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		say(out, "%s", showUsage)
		flags.SetOutput(out)
		flags.PrintDefaults()
	case err != nil:
		say(complain, "multinode: %v\nmultinode show -h says how it is called\n", err)
	}
	if frames {
		if len(f.Kinds) == 0 {
			f.Kinds = text.Kinds()
		}
		f.Kinds = append(f.Kinds, text.Sent) // twice does no harm
	}
	return o, err
}

// check returns an error for flags that do not go together.
func (o *options) check(flags *flag.FlagSet) (err error) {
	modes := map[string]bool{"list": o.list, "text": o.text, "trace": o.trace != ""}
	var set []string
	for _, mode := range []string{"list", "text", "trace"} {
		if modes[mode] {
			set = append(set, "-"+mode)
		}
	}
	if len(set) > 1 {
		return fmt.Errorf("%s exclude each other", strings.Join(set, " and "))
	}
	flags.Visit(func(f *flag.Flag) {
		if _, mode := modes[f.Name]; !mode && f.Name != "open" && !o.text {
			err = fmt.Errorf("-%s needs -text", f.Name)
		}
	})
	return err
}

func kinds() string {
	var all []string
	for line := range slices.Chunk(text.Kinds(), 6) {
		words := make([]string, len(line))
		for i, kind := range line {
			words[i] = string(kind)
		}
		all = append(all, strings.Join(words, ","))
	}
	return "\n" + strings.Join(all, ",\n")
}

// seconds is a duration that may be without a unit.
type seconds time.Duration

func (s *seconds) String() string {
	if *s == 0 {
		return ""
	}
	return time.Duration(*s).String()
}

func (s *seconds) Set(value string) error {
	d, err := time.ParseDuration(value)
	if err != nil {
		n, notNumber := strconv.ParseFloat(strings.TrimSuffix(value, " s"), 64)
		if notNumber != nil {
			return errors.New("it is neither seconds nor a duration")
		}
		d = time.Duration(n * float64(time.Second))
	}
	*s = seconds(d)
	return nil
}

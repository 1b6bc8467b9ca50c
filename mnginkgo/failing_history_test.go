package mnginkgo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
)

func TestAHistoryIsOnThePageAndRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	ways := []way{inProcess, children, isolated, {name: "in virtual time", words: "virtual"}}
	folders := map[string]string{}
	for i := range ways {
		folders[ways[i].name] = t.TempDir()
		ways[i].env = []string{"MN_RECORD_DIR=" + folders[ways[i].name]}
	}
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			o := w.run(t, "history").failed(4)
			for line, message := range map[string]string{
				"call.Unknown(":           "Unknown: a call of client 1, get x, was ended before, by Failed",
				"former.Returned(7)":      `Returned: the cluster's spec is over ("history is on the page"): take the *Cluster as the body's parameter`,
				`BeginOn(nil, "client 1"`: "BeginOn: it is nil here; a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it",
			} {
				o.shows("  [FAILED] " + message + "\n  In [It] at: " + at(t, "history_test.go", line) + "\n")
			}
			checkOperations(t, recordOf(t, folders[w.name], "is-on-the-page"))
		})
	}
}

// recordOf returns the record in a folder whose name has a part.
func recordOf(t *testing.T, folder, part string) *record.Record {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*"+part+"*.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("records of %q: %q, %v; want one", part, found, err)
	}
	file, err := os.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	r, err := record.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkOperations checks what became of the operations of the history, and of commands.
func checkOperations(t *testing.T, r *record.Record) {
	t.Helper()
	var got []string
	for _, o := range r.Operations {
		if o.Input == `"asked"` { // as often as it was
			continue
		}
		role, end := "none", "open"
		if o.Role >= 0 {
			role = r.Roles[o.Role]
		}
		if o.End != nil {
			if end = "ended"; *o.End < o.At {
				t.Errorf("%s has ended before it began", o.Input)
			}
		}
		reason := o.Error[strings.LastIndexByte(o.Error, ':')+1:]
		got = append(got, fmt.Sprintf("%s to %s: %s, %s: %s%s", o.Client, role, o.Input, end, o.Output, strings.TrimSpace(reason)))
	}
	want := []string{
		"client 1 to b: \"get x\", ended: 7",
		"client 1 to none: \"put x\", ended: read only",
		"client 2 to a: \"put y\", open: no answer",
		"client 3 to none: \"get y\", open: ",
		"spec to a: \"refused\", ended: not today",
		"spec to a: \"crashed meanwhile\", open: context canceled",
		"spec to a: \"not begun\", ended: role a is crashed",
		"spec to b: \"given up\", open: context canceled",
	}
	if r.Variant == "isolated" {
		want[5] = "spec to a: \"crashed meanwhile\", open: killed, without a last word"
	}
	if !slices.Equal(got, want) {
		t.Errorf("operations:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

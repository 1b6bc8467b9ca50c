package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

// recorded is a spec that has failed.
func recorded(spec string) *record.Record {
	end := int64(300)
	return &record.Record{
		Spec: spec, State: "failed", Variant: "virtual", Seed: "9", Roles: []string{"a", "b"}, Took: 5_000, Began: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		Failure: &record.Failure{At: 4_000, Message: "no"},
		Summary: []record.Sentence{{About: "failure", Text: "Failed at 0.004 s: no"}},
		Verbs:   []record.Verb{{At: 100, End: &end, Text: "start(a, b)"}},
		Lives:   []record.Life{{At: 200, Role: 0, State: record.Running, Incarnation: 1}, {At: 3_000, Role: 1, State: "crashed", Incarnation: 1}},
		Frames:  record.Frames{Sent: []int64{500}, Took: []int64{9}, Link: []int{1}, Bytes: []int{57}, Fate: []int{0}, Fates: []string{"delivered", "waiting"}},
	}
}

// put writes a record, or its page, into a file below a folder, and returns the path.
func put(t *testing.T, dir, name string, r *record.Record) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if filepath.Ext(name) == ".html" {
		err = page.Write(file, r)
	} else {
		err = r.Write(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tree is a module whose suites have left records, and much else.
func tree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "suites/x/multinode-failures/20300102-030405.000-p1-one.json", recorded("one"))
	put(t, dir, "suites/x/multinode-failures/20300102-030405.000-p1-one.html", recorded("one"))
	put(t, dir, "suites/y/multinode-failures/20300102-030406.500-p2-two.json", recorded("two"))
	put(t, dir, "multinode-failures/below/20300102-030404.000-p1-page-alone.html", recorded("three"))
	put(t, dir, "elsewhere/20300102-030407.000-p1-four.json", recorded("four"))
	for _, over := range passedOver {
		put(t, dir, over+"/multinode-failures/20300102-030409.000-p1-never.json", recorded("never"))
	}
	write(t, dir, "multinode-failures/.gitignore", "*\n")
	write(t, dir, "multinode-failures/other.json", `{"format": "something"}`)
	write(t, dir, "multinode-failures/short.json", `{}`)
	write(t, dir, "multinode-failures/other.html", "<html>")
	write(t, dir, "multinode-failures/secret.txt", "secret")
	write(t, dir, "multinode-failures/20300102-030408.000-p1-part.json.part", `{"format":"multinode-record"`)
	return dir
}

// specs returns the specs of what find has found.
func specs(t *testing.T, where ...string) (all []string) {
	t.Helper()
	found, err := find(where)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found {
		r, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r.Spec)
	}
	return all
}

func TestRecordsAreFoundLatestFirst(t *testing.T) {
	dir := tree(t)
	loose := put(t, dir, "loose.html", recorded("loose"))
	t.Chdir(dir)
	for _, c := range []struct {
		where, want []string
	}{
		{nil, []string{"two", "one", "three"}},
		{[]string{"."}, []string{"four", "two", "one", "three", "loose"}},
		{[]string{dir}, []string{"four", "two", "one", "three", "loose"}},
		{[]string{"suites", "suites/x"}, []string{"two", "one"}},
		{[]string{"elsewhere"}, []string{"four"}},
		{[]string{loose}, []string{"loose"}},
		{[]string{"suites/x/multinode-failures/20300102-030405.000-p1-one.html"}, []string{"one"}},
	} {
		if err := os.Chtimes(loose, time.Time{}, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		if got := specs(t, c.where...); !slices.Equal(got, c.want) {
			t.Errorf("in %q it has found %q, not %q", c.where, got, c.want)
		}
	}
	t.Chdir("multinode-failures")
	if got := specs(t); !slices.Equal(got, []string{"three"}) {
		t.Errorf("within the folder it has found %q", got)
	}
}

func TestALinkIsNoRecord(t *testing.T) {
	dir := t.TempDir()
	outside := put(t, t.TempDir(), "one.json", recorded("outside"))
	if err := os.Symlink(outside, filepath.Join(dir, "one.json")); err != nil {
		t.Skip(err) // not for everybody on Windows
	}
	if got := specs(t, dir); len(got) > 0 {
		t.Errorf("it has found %q", got)
	}
}

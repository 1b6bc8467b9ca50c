package shelf

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestARecordStandsThereWithItsPage(t *testing.T) {
	s := Shelf{Dir: filepath.Join(t.TempDir(), "a", "b"), Keep: 20}
	r := &record.Record{Spec: "Ölwechsel: it's <done>, twice & " + strings.Repeat("x", 100), Process: 3, Roles: []string{"a"}}
	path, err := s.Put(began, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	name := "20260102-030405.000-p3-lwechsel-it-s-done-twice-" + strings.Repeat("x", 48-25)
	if want := filepath.Join(s.Dir, name+".html"); path != want {
		t.Errorf("it is at %s, want %s", path, want)
	}
	if got, want := names(t, s.Dir), []string{".gitignore", name + ".html", name + ".json"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := page.Read(f); err != nil || got.Spec != r.Spec {
		t.Errorf("the page has %+v, %v", got, err)
	}
}

func TestTheLatestRecordsStayAndWhatIsNoRecord(t *testing.T) {
	s := Shelf{Dir: t.TempDir(), Keep: 2, Run: began.Add(time.Hour)}
	others := []string{"20250102-030405.000-p1-mine.txt", "notes.html"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(s.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, spec := range []string{"first", "second", "third"} {
		if _, err := s.Put(began.Add(time.Duration(3-i)*time.Second), &record.Record{Spec: spec}, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(names(t, s.Dir), " ")
	if strings.Contains(got, "third") || strings.Count(got, ".json") != 2 || strings.Count(got, "-p1-first.") != 2 {
		t.Errorf("there are %s", got)
	}
	for _, name := range others {
		if !strings.Contains(got, name) {
			t.Errorf("%s is gone", name)
		}
	}
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	_, err := Shelf{Dir: "/dev/null/x", Keep: 1}.Put(began, &record.Record{}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "record-dir: mkdir /dev/null") {
		t.Errorf("got %v", err)
	}
}

func TestTheLatestRunThatPassedIsFound(t *testing.T) {
	s := Shelf{Dir: t.TempDir(), Keep: 20}
	for i, r := range []record.Record{
		{Spec: "it", State: "passed", Variant: "virtual", Seed: "1"},
		{Spec: "it", State: "passed", Variant: "virtual", Seed: "2"},
		{Spec: "it", State: "failed", Variant: "virtual", Seed: "3"},
		{Spec: "it", State: "passed", Variant: "parallel", Seed: "4"},
		{Spec: "it too", State: "passed", Variant: "virtual", Seed: "5"},
	} {
		if _, err := s.Put(began.Add(time.Duration(i)*time.Second), &r, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Passed("it", "virtual"); got == nil || got.Seed != "2" {
		t.Errorf("got %+v", got)
	}
	if got := s.Passed("it", "isolated"); got != nil {
		t.Errorf("got %+v", got)
	}
	if got := (Shelf{Dir: filepath.Join(s.Dir, "none")}).Passed("it", "virtual"); got != nil {
		t.Errorf("got %+v", got)
	}
}

func TestTheIndexOfSeveralSuites(t *testing.T) {
	s := Shelf{Dir: t.TempDir(), Keep: 20}
	file, err := s.Put(began, &record.Record{Spec: "one"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mine := page.Listed{Spec: "one", State: "failed", Suite: "a", Page: filepath.Base(file)}
	put := func(suite string, specs ...page.Listed) []string {
		t.Helper()
		path, err := s.PutIndex(suite, specs)
		if err != nil {
			t.Fatal(err)
		}
		all, err := read(path, page.ReadIndex)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, l := range all.Specs {
			texts = append(texts, l.Spec)
		}
		slices.Sort(texts)
		return texts
	}
	if got := put("a", mine, page.Listed{Spec: "two", State: "passed", Suite: "a"}); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("got %q", got)
	}
	if got := put("b", page.Listed{Spec: "three", State: "passed", Suite: "b"}); !slices.Equal(got, []string{"one", "three", "two"}) {
		t.Errorf("got %q", got)
	}
	if got := put("b", page.Listed{Spec: "four", State: "passed", Suite: "b"}); !slices.Equal(got, []string{"four", "one", "two"}) {
		t.Errorf("got %q", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := put("c"); !slices.Equal(got, []string{"four", "two"}) {
		t.Errorf("got %q: a page that is gone is listed", got)
	}
}

func TestFailuresOfTheRunStayAndWhatHasPassedGoesFirst(t *testing.T) {
	s := Shelf{Dir: t.TempDir(), Keep: 2, Run: began}
	for i, r := range []record.Record{
		{Spec: "old", State: "failed"}, {Spec: "good", State: "passed"}, {Spec: "one", State: "failed"}, {Spec: "two", State: "failed"}, {Spec: "three", State: "failed"},
	} {
		at := began.Add(time.Duration(i) * time.Second)
		if r.Spec == "old" {
			at = began.Add(-time.Hour)
		}
		if _, err := s.Put(at, &r, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(names(t, s.Dir), " ")
	for spec, stays := range map[string]bool{"old": false, "good": false, "one": true, "two": true, "three": true} {
		if strings.Contains(got, "-"+spec+".html") != stays {
			t.Errorf("%s: there are %s", spec, got)
		}
	}
}

func TestOnlyAFolderOfOnesOwnIsIgnored(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, IndexFile), []byte("<html>mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Shelf{Dir: dir, Keep: 2}
	if _, err := s.Put(began, &record.Record{Spec: "one"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutIndex("a", nil); err == nil || !strings.Contains(err.Error(), "is not one of ours") {
		t.Errorf("got %v", err)
	}
	if got := strings.Join(names(t, dir), " "); strings.Contains(got, ".gitignore") {
		t.Errorf("there are %s", got)
	}
}

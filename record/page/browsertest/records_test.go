package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
)

// recorded reads a record of a spec that failed.
func recorded(t *testing.T, name string) *record.Record {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := record.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// all are the records of specs that failed, and those that are made up, each for what is special about it.
func all(t *testing.T) map[string]*record.Record {
	t.Helper()
	records := map[string]*record.Record{
		"chaos": chaos(20_000), "evicted": evicted(), "long-names": longNames(), "virtual": virtual(), "crashed": crashed(),
		"no-views": noViews(), "passed": passed(), "hostile": hostile(), "empty": {Spec: "nothing is known", State: "failed"},
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no records: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		records[name] = recorded(t, name)
	}
	return records
}

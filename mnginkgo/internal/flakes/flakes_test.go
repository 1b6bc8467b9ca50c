package flakes

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var runs = []Run{
	{Seed: 7, Verbs: []string{"unleash", "partition(a, b)", "crash(c)", "undo partition(a, b)", "start(c)", "heal all"}},
	{Seed: 9, Failed: true, Verbs: []string{"unleash", "crash(c)", "partition(a, b)", "partition(b, c)", "undo partition(a, b)"}},
	{Seed: 8, Failed: true, Verbs: []string{"partition(a, b)", "heal(a, b)"}},
	{Seed: 5},
}

func TestATableHasTheSharesThatPass(t *testing.T) {
	want := `
                     seeds   passed
  all                    4   50.0 %
  by kind
    partition            3   33.3 %
    crash                2   50.0 %
    (none)               1  100.0 %
  by the last verb
    partition            2    0.0 %
    (none)               1  100.0 %
    crash                1  100.0 %
`
	if got := Table(runs); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("the table is\n%s", got)
	}
	if n, example := Failed(runs); n != 2 || example.Seed != 8 {
		t.Errorf("%d failed, such as %v", n, example)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "runs")
	if read, err := Read(file); read != nil || err != nil {
		t.Fatal(read, err)
	}
	for _, r := range runs {
		if err := r.Append(file); err != nil {
			t.Fatal(err)
		}
	}
	read, err := Read(file)
	if err != nil || !reflect.DeepEqual(read, runs) {
		t.Errorf("%v, %v", read, err)
	}
	if err := os.WriteFile(file, []byte("{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
		t.Errorf("error %v", err)
	}
}

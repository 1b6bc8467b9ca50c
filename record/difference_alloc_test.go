//go:build !race

package record

import (
	"runtime"
	"testing"
)

// Many verbs that have nothing in common take neither long nor much memory.
func TestManyVerbs(t *testing.T) {
	good, bad := &Record{Took: 1e9}, &Record{Took: 1e9}
	for i := range int64(20_000) {
		good.Verbs = append(good.Verbs, Verb{At: i, Text: "good"})
		bad.Verbs = append(bad.Verbs, Verb{At: i, Text: "bad"})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d := Compare(good, bad)
	if !d.Differs || d.Bad != 0 {
		t.Errorf("it says %s", d.Sentence.Text)
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 100<<20 {
		t.Errorf("it takes %d bytes", after.TotalAlloc-before.TotalAlloc)
	}
}

package progress

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestALineIsWrittenOverAndTakenAway(t *testing.T) {
	var b strings.Builder
	l := &Line{to: &b, width: func() int { return 60 }}
	now := time.Now()
	l.Show(now, 5, 20, "seeds, 12 a second, and more than has room there")
	l.Show(now.Add(often/2), 6, 20, "too soon")
	l.Show(now.Add(often), 0, 0, "12 faults")
	l.Clear()
	l.Clear()
	l.Show(now.Add(often), 30, 20, "")
	want := clear + "multinode: [#####               ] 5 of 20  seeds, 12 a seco\r" +
		clear + "multinode: 12 faults\r" + clear +
		clear + "multinode: [####################] 30 of 20  \r"
	if got := b.String(); got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestOnlyATerminalHasALine(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := On(f)
	if l != nil {
		t.Error("it has one")
	}
	l.Show(time.Now(), 1, 2, "")
	l.Clear()
}

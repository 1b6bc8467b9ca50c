package external

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestWhatAProgramLeavesBehindAtItsEndIsKilled(t *testing.T) {
	l := newLab(t)
	c := l.config("a", "")
	c.Path, c.Ready = "sh", "^up"
	c.Args = []string{"-c", "sleep 500 & echo $! >left; (setsid sh -c 'echo $$ >daemon; exec sleep 500' &) ; until test -s daemon; do sleep 0.01; done; echo up; exit 3"}
	a, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	<-a.exited
	for _, name := range []string{"left", "daemon"} {
		text, err := os.ReadFile(c.Dir + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%s/stat", strings.TrimSpace(string(text))))
		if err == nil && !strings.Contains(string(stat), ") Z ") {
			t.Errorf("%s lives on: %s", name, stat)
		}
	}
}

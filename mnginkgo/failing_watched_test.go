package mnginkgo_test

import (
	"strings"
	"testing"
)

func TestWhatIsLookedAtUnaskedDoesNoHarm(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rude", "lives"} {
		for _, w := range []way{inProcess, children} {
			w.env = []string{"MN_BOOT_TIMEOUT=5s"}
			if o := w.run(t, kind); o.code != 0 {
				t.Errorf("%s, %s: exit code %d:\n%s", kind, w.name, o.code, o.text)
			}
		}
	}
}

func TestTheFailureIsWhereItWasInVirtualTime(t *testing.T) {
	t.Parallel()
	all, _ := way{words: "virtual"}.records(t, "afterwards", 1)
	r := all["afterwards undoes and waits"]
	if r == nil {
		t.Fatal("there is no record")
	}
	if at := r.Failure.At; at > 2_000_000 || r.Took < 20_000_000 || !strings.HasPrefix(r.Summary[2].Text, "Faults on: partition(a, b) since ") {
		t.Errorf("it failed at %d of %d: %s", at, r.Took, r.Summary[2].Text)
	}
}

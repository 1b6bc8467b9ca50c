package mnginkgo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// refused are the first words of what failed specs say, where they say nothing but why.
func (o outcome) refused(indentation, why string) (names []string) {
	line := regexp.MustCompile(`(?m)^` + indentation + `(?:\[FAILED\] )?(?:Unexpected error: )?(\w+): ` + regexp.QuoteMeta(why) + `$`)
	for _, found := range line.FindAllStringSubmatch(o.text, -1) {
		names = append(names, found[1])
	}
	return names
}

// refusesAll checks that each spec that failed was told why, with the method or matcher that it
// is named after.
func (o outcome) refusesAll(kind, indentation, why string) {
	o.t.Helper()
	var failed []string
	for _, found := range regexp.MustCompile(`(?m)^`+kind+` \[It\] (\w+)`).FindAllStringSubmatch(o.text, -1) {
		failed = append(failed, found[1])
	}
	if refused := o.refused(indentation, why); !slices.Equal(refused, failed) {
		o.t.Errorf("these were told that %s:\n%q\nand these failed:\n%q", why, refused, failed)
	}
	if strings.Contains(o.text, "PANICKED") {
		o.t.Error("one panicked")
	}
}

func TestAClusterIsRefusedOnARole(t *testing.T) {
	t.Parallel()
	const why = "this code runs on role b; a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it"
	eachWay(t, "on-role", append(everyWay, isolated), func(t *testing.T, o outcome) {
		o.failed(76).refusesAll("on-role", "    ", why)
	})
}

func TestAClusterIsRefusedInAllCodeOfARole(t *testing.T) {
	t.Parallel()
	eachWay(t, "code-on-role", append(everyWay, isolated), func(t *testing.T, o outcome) {
		o.failed(4)
		for _, c := range []struct{ before, role, line, method string }{
			{"[FAILED] boot b: on role b (process N)", "b", "// boot", "HealAll"},
			{"[FAILED] boot a: on role a (process N)", "a", "// set-up", "Link"},
			{"[FAILED] Unexpected error: command on b", "b", "// command", "Crash"},
			{"[FAILED] on role b (process N)", "b", "// goroutine", "Crash"},
		} {
			o.shows("  " + c.before + ", at " + at(t, "names_test.go", c.line) + ":\n    " + c.method + ": this code runs on role " + c.role +
				"; a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it\n")
		}
	})
}

func TestAClusterOfASpecThatIsOverIsRefused(t *testing.T) {
	t.Parallel()
	eachWay(t, "over", append(everyWay, isolated), func(t *testing.T, o outcome) {
		o.failed(70).refusesAll("over", "  ", `the cluster's spec is over ("over was there"): take the *Cluster as the body's parameter`)
	})
}

func TestAWrongArgumentIsRefusedAtItsLine(t *testing.T) {
	t.Parallel()
	eachWay(t, "wrong-arguments", everyWay, func(t *testing.T, o outcome) {
		o.failed(4).hides("PANICKED").hides("Timed out")
		for comment, said := range map[string]string{
			"// awaited":   "  HaveLeader takes the name of a role, or a matcher; got int 3\n",
			"// ruled out": "  HaveStatus takes a Status, such as Up, or a matcher; got \"up\": write Up\n",
			"// expected":  "  [FAILED] HaveMembers takes names of roles, or one matcher and nothing else; got *mnginkgo.Handle: write its Role()\n",
			"// on b":      "    HaveEnded takes the error that is why; got nil: HaveEnded() is for any\n",
		} {
			o.shows(said + "  In [It] at: " + at(t, "names_test.go", comment) + "\n")
		}
	})
}

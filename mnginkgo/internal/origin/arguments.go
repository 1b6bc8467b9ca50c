package origin

import (
	"flag"
	"slices"
	"strings"
)

// shared are those flags of Ginkgo and package testing that specs ask about, with
// GinkgoLabelFilter and testing.Short, while the tree is built or on a role.
var shared = []string{"ginkgo.label-filter", "test.short"}

// OwnArguments leaves out of a test binary's arguments the flags of Ginkgo and of package
// testing, with their values, as they are about which specs run and how. Those of the
// user's own flags stay, as the tree may depend on them, and all that is no flag. How flags
// are spelt is told from those that are defined.
func OwnArguments(args []string, defined *flag.FlagSet) (own []string) {
	for len(args) > 0 {
		name, length := flagAt(args, defined)
		if length == 0 { // package flag reads no further, either
			return append(own, args...)
		}
		if isOwn(name) {
			own = append(own, args[:length]...)
		}
		args = args[length:]
	}
	return own
}

func isOwn(name string) bool {
	return slices.Contains(shared, name) || !strings.HasPrefix(name, "ginkgo.") && !strings.HasPrefix(name, "test.")
}

// flagAt returns the name of the flag that arguments begin with, and how many of them it
// takes: 0 if they begin with something else.
func flagAt(args []string, defined *flag.FlagSet) (name string, length int) {
	name, isFlag := strings.CutPrefix(args[0], "-")
	name = strings.TrimPrefix(name, "-")
	if !isFlag || name == "" { // "-" and "--" are no flags
		return "", 0
	}
	name, _, hasValue := strings.Cut(name, "=")
	if hasValue || len(args) == 1 || !takesValue(defined.Lookup(name), args[1]) {
		return name, 1
	}
	return name, 2
}

// takesValue reports whether the argument behind a flag is its value.
func takesValue(f *flag.Flag, next string) bool {
	if f == nil { // that of a TestMain which takes it out before the others are read
		return !strings.HasPrefix(next, "-")
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}

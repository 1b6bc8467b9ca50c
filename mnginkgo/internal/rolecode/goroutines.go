package rolecode

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Goroutines returns where the goroutines of a role are. Those that only wait in a library, as an actor system's do, are
// left out.
func (o *Owner) Goroutines() []stage.Goroutines {
	return goroutines(func(owner uint64) bool { return owner == o.number })
}

// Others returns where goroutines are that are no role's, and run code of the user's: but not the one that runs
// the suite, which is always there.
func Others() []stage.Goroutines {
	return slices.DeleteFunc(goroutines(func(owner uint64) bool { return owner == 0 }), func(g stage.Goroutines) bool {
		return strings.Contains(g.Stack, "ginkgo/v2.RunSpecs(") || strings.Contains(g.Stack, "\nmain.main(")
	})
}

func goroutines(of func(owner uint64) bool) (all []stage.Goroutines) {
	for _, record := range profile() {
		if owner, _ := labelIn(record); !of(owner) {
			continue
		}
		count, frames := group(record)
		// What the user's code has called is of interest, and not what that calls in turn.
		if i := slices.IndexFunc(frames, func(f frame) bool { return !f.isLibrary() && !f.isTools() }); i >= 0 {
			all = append(all, stage.Goroutines{Count: count, Stack: textOf(frames[max(0, i-1):])})
		}
	}
	return stage.Fold(all)
}

// isTools reports whether a frame is of what belongs to Go but not to its library.
func (f frame) isTools() bool { return strings.HasPrefix(f.function, "golang.org/x/") }

// profiled matches a frame in a goroutine profile: "#	0x4a2f	main.f+0x2f	/tmp/main.go:7".
var profiled = regexp.MustCompile(`^#\t0x[0-9a-f]+\t(.*)\+0x[0-9a-f]+\t+(.*)$`)

// group returns how many goroutines a record of the profile is about, and where they are.
func group(record []byte) (count int, frames []frame) {
	number, _, _ := bytes.Cut(record, []byte(" @"))
	count, err := strconv.Atoi(string(bytes.TrimSpace(number)))
	if err != nil {
		count = 1 // below the profile's title
	}
	for line := range strings.SplitSeq(string(record), "\n") {
		if found := profiled.FindStringSubmatch(line); found != nil {
			frames = append(frames, frame{strings.TrimSpace(found[1]) + "(...)", "\t" + found[2]})
		}
	}
	end := len(frames)
	for end > 0 && (frames[end-1].isHarness() || strings.HasPrefix(frames[end-1].function, "github.com/onsi/ginkgo/")) {
		end--
	}
	return count, frames[:end]
}

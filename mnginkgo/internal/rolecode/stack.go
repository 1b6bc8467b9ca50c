package rolecode

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/bubble"
)

// A frame of a stack trace has two lines: the function, and the place in a file.
type frame struct{ function, place string }

// framesOf takes a stack apart, without the line that names the goroutine.
func framesOf(stack string) []frame {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	if strings.HasPrefix(lines[0], "goroutine ") {
		lines = lines[1:]
	}
	var frames []frame
	for i := 0; i+1 < len(lines); i += 2 {
		frames = append(frames, frame{lines[i], lines[i+1]})
	}
	return frames
}

// below returns the frames of the code that panicked or ended its goroutine: those under the
// latest panic or Goexit, and under what the runtime or Ginkgo did to raise it. Without
// one it returns all.
func below(frames []frame) []frame {
	for i := len(frames) - 1; i >= 0; i-- {
		if !strings.HasPrefix(frames[i].function, "panic(") && !strings.HasPrefix(frames[i].function, "runtime.Goexit(") {
			continue
		}
		for i++; i < len(frames) && raises(frames[i]); i++ {
		}
		return frames[i:]
	}
	return frames
}

func raises(f frame) bool {
	return strings.HasPrefix(f.function, "runtime.") || strings.HasPrefix(f.function, "github.com/onsi/ginkgo/v2.")
}

const module = "github.com/7aca83c2/multinode/"

// isHarness reports whether a frame is of what calls the user's code. Tests are users, too.
func (f frame) isHarness() bool {
	if file, _ := f.site(); strings.HasSuffix(file, "_test.go") {
		return false
	}
	function := strings.TrimPrefix(f.function, "created by ")
	return strings.HasPrefix(function, module+"mnginkgo.") || strings.HasPrefix(function, module+"mnginkgo/internal/") ||
		strings.HasPrefix(function, "golang.org/x/sync/errgroup.")
}

// isLibrary reports whether a frame is of Go's library, of this module's or of Gomega.
func (f frame) isLibrary() bool {
	if f.isHarness() {
		return true
	}
	for _, prefix := range []string{"github.com/onsi/", module + "actor.", module + "cluster", module + "transport", module + "internal/"} {
		if strings.HasPrefix(f.function, prefix) {
			return true
		}
	}
	file, _ := f.site()
	return isGo(file)
}

// isGo reports whether a file is of Go's library.
func isGo(file string) bool { return goSource != "" && strings.HasPrefix(file, goSource) }

// goSource is the folder of Go's library in stacks, or "" if they do not tell.
var goSource = func() string {
	pc := reflect.ValueOf(strings.Cut).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return strings.TrimSuffix(file, "strings/strings.go")
}()

// withoutHarness leaves out, at the bottom, the frames with which the harness called
// the code of the user's: they are the same for every failure.
func withoutHarness(frames []frame) []frame {
	end := len(frames)
	for end > 0 && frames[end-1].isHarness() {
		end--
	}
	return frames[:end]
}

// userSite returns the first line of the user's own code in frames, or the first line if
// there is none.
func userSite(frames []frame) (at types.CodeLocation) {
	if len(frames) == 0 {
		return at
	}
	first := frames[0]
	if i := slices.IndexFunc(frames, func(f frame) bool { return !f.isLibrary() }); i >= 0 {
		first = frames[i]
	}
	at.FileName, at.LineNumber = first.site()
	return at
}

// panicSite returns where the panic comes from that the calling goroutine recovered
// from, or where it called Goexit, with the stack from there up to the code of the harness.
func panicSite() types.CodeLocation {
	frames := withoutHarness(below(framesOf(string(debug.Stack()))))
	at := userSite(frames)
	at.FullStackTrace = textOf(frames)
	return at
}

// stackOf returns the stack of a goroutine, or "" if it has ended.
func stackOf(goroutine uint64) string {
	head := fmt.Sprintf("goroutine %d [", goroutine)
	for _, stack := range strings.Split(Stacks(), "\n\n") {
		if strings.HasPrefix(stack, head) {
			return stack
		}
	}
	return ""
}

// Stacks returns the stacks of all goroutines.
func Stacks() string { return bubble.AllStacks() }

// UsersPart returns what a goroutine's stack shows of the user's code, and where in it the goroutine is.
func UsersPart(stack string) (text string, at types.CodeLocation) {
	frames := withoutHarness(framesOf(stack))
	return textOf(frames), userSite(frames)
}

// textOf puts frames together again.
func textOf(frames []frame) string {
	lines := make([]string, 0, 2*len(frames))
	for _, f := range frames {
		lines = append(lines, f.function, f.place)
	}
	return strings.Join(lines, "\n")
}

// site returns the file and line of a frame.
func (f frame) site() (file string, line int) {
	place, _, _ := strings.Cut(strings.TrimSpace(f.place), " ")
	colon := strings.LastIndexByte(place, ':')
	if colon < 0 {
		return place, 0
	}
	line, _ = strconv.Atoi(place[colon+1:])
	return place[:colon], line
}

// RaceSite returns the first line of the user's code in a report of the race detector, or "".
func RaceSite(report string) (file string, line int) {
	var frames []frame
	lines := strings.Split(report, "\n")
	for i := 0; i+1 < len(lines); i++ {
		if strings.HasPrefix(lines[i], "  ") && strings.HasPrefix(lines[i+1], "      ") {
			frames = append(frames, frame{strings.TrimSpace(lines[i]), lines[i+1]})
		}
	}
	at := userSite(frames)
	return at.FileName, at.LineNumber
}

package mnginkgo

import (
	"strconv"
	"strings"
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

// below returns the frames of the code that panicked: those under the latest panic,
// and under what the runtime or Ginkgo did to raise it. Without a panic it returns
// all.
func below(frames []frame) []frame {
	for i := len(frames) - 1; i >= 0; i-- {
		if !strings.HasPrefix(frames[i].function, "panic(") {
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

// harness begins the names of this package's functions.
const harness = "github.com/7aca83c2/multinode/mnginkgo."

// withoutHarness leaves out, at the bottom, the frames with which the harness called
// the code of the user's: they are the same for every failure.
func withoutHarness(frames []frame) []frame {
	end := len(frames)
	for end > 0 {
		function := strings.TrimPrefix(frames[end-1].function, "created by ")
		if !strings.HasPrefix(function, harness) && !strings.HasPrefix(function, "golang.org/x/sync/errgroup.") {
			break
		}
		end--
	}
	return frames[:end]
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

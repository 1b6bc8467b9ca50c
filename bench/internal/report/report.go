// Package report puts what was measured into a document, and says where it comes from.
package report

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Origin returns a line that says when, on what and how often something was measured, and
// how long all of it took.
func Origin(at time.Time, took time.Duration, runs int) string {
	return fmt.Sprintf("%s, %s %s/%s, %d cores%s, %d runs of each, in %s.\n\n", at.UTC().Format("2006-01-02"),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model(), runs, took.Round(time.Second))
}

// model returns what Linux calls the processor, behind a comma, or nothing.
func model() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // there is none elsewhere
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return ", " + strings.TrimSpace(value)
		}
	}
	return ""
}

// Replace puts text between the two comments that name the section in a Markdown file.
// It returns an error, and leaves the file as it is, if there are none.
func Replace(file, section, text string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, end := "<!-- begin "+section+" -->\n", "<!-- end "+section+" -->"
	before, rest, ok := strings.Cut(string(data), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no %q followed by %q", file, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+strings.TrimSpace(text)+"\n\n"+end+after), 0o644)
}

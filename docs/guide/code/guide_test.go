// Package guide_test holds the guide to the code beside it: each block of Go in a chapter is code that is
// compiled and run, and each failure that a chapter shows is one that was printed.
//
// A block says where it is from in a comment of the line before it:
//
//	<!-- code: first/membership_test.go -->           a whole file, or
//	<!-- code: first/membership_test.go#cut -->       what stands between //guide:begin cut and //guide:end
//	<!-- runs in first -->                            shell commands: each succeeds there, or
//	<!-- runs alone -->                               in an empty folder with the files of the chapter
//	<!-- not run: it needs a debugger -->             shell commands that no test can run, and why
//	<!-- prints in first: go test . -->               what a command prints that succeeds, or
//	<!-- fails in first: go test -tags=fails . -->    that fails; "..." stands for lines left out
package guide_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the chapters: their code from its files, what is printed from a run")

// block is a fenced block of a chapter.
type block struct {
	chapter  string
	line     int    // of the fence, from 1
	language string // such as go, sh or text
	origin   string // the comment before it, without its marks
	text     string
}

func (b block) String() string { return fmt.Sprintf("%s:%d", b.chapter, b.line) }

const fence = "```"

var comment = regexp.MustCompile(`^<!-- (.*) -->$`)

// split returns a chapter as the lines between its blocks, and the blocks: there is one text more than blocks. What is
// between begins and ends with the lines of the fences.
func split(chapter, text string) (between []string, blocks []block) {
	var lines []string
	var open *block
	origin := ""
	for i, line := range strings.SplitAfter(text, "\n") {
		bare := strings.TrimSpace(line)
		switch {
		case open != nil && bare == fence:
			open.text = strings.Join(lines, "")
			blocks = append(blocks, *open)
			open, lines, origin = nil, []string{line}, ""
		case open == nil && strings.HasPrefix(bare, fence):
			lines = append(lines, line)
			between = append(between, strings.Join(lines, ""))
			open = &block{chapter: chapter, line: i + 1, language: bare[len(fence):], origin: origin}
			lines = nil
		default:
			lines = append(lines, line)
			if found := comment.FindStringSubmatch(bare); found != nil {
				origin = found[1]
			} else if bare != "" {
				origin = ""
			}
		}
	}
	return append(between, strings.Join(lines, "")), blocks
}

// chapters returns the names of the Markdown files of the guide.
func chapters(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) < 2 {
		t.Fatalf("chapters: %q, %v", files, err)
	}
	return files
}

// rewrite has the text of each block with that kind of origin replaced, and writes the chapter anew if one changes and the
// flag says so. Otherwise a block that would change fails the test.
func rewrite(t *testing.T, kind string, replace func(t *testing.T, b block, what string) string) {
	t.Helper()
	for _, chapter := range chapters(t) {
		t.Run(filepath.Base(chapter), func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(chapter)
			if err != nil {
				t.Fatal(err)
			}
			between, blocks := split(chapter, string(page))
			texts := make([]string, len(blocks))
			t.Run("blocks", func(t *testing.T) {
				for i, b := range blocks {
					texts[i] = b.text
					if what, is := strings.CutPrefix(b.origin, kind); is {
						t.Run(fmt.Sprint(b.line), func(t *testing.T) { texts[i] = replace(t, b, what) })
					}
				}
			})
			if t.Failed() || !*update {
				return
			}
			var now strings.Builder
			for i, text := range texts {
				now.WriteString(between[i] + text)
			}
			now.WriteString(between[len(blocks)])
			if now.String() == string(page) {
				return
			}
			if err := os.WriteFile(chapter, []byte(now.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// origins says which comments may stand before a block of a language.
var origins = map[string]*regexp.Regexp{
	"go":   regexp.MustCompile(`^code: \S+\.go(#\S+)?$`),
	"yaml": regexp.MustCompile(`^code: \S+\.yml$`),
	"sh":   regexp.MustCompile(`^(runs in \S+|runs alone|not run: .+)$`),
	"text": regexp.MustCompile(`^((prints|fails) in \S+: .+|code: \S+\.txt)$`),
}

func TestEachBlockSaysWhereItIsFrom(t *testing.T) {
	t.Parallel()
	for _, chapter := range chapters(t) {
		page, err := os.ReadFile(chapter)
		if err != nil {
			t.Fatal(err)
		}
		_, blocks := split(chapter, string(page))
		for _, b := range blocks {
			if may, known := origins[b.language]; !known || !may.MatchString(b.origin) {
				t.Errorf("%s: a block of %q with the comment %q before it", b, b.language, b.origin)
			}
		}
	}
}

func TestTheCodeOfTheGuideIsCompiled(t *testing.T) {
	t.Parallel()
	rewrite(t, "code: ", func(t *testing.T, b block, what string) string {
		file, region, _ := strings.Cut(what, "#")
		code, err := read(file, region)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if b.text != code && !*update {
			t.Errorf("%s is not what %s has; make guide UPDATE=1 writes it anew:\n%s", b, what, code)
		}
		return code
	})
}

func TestEachRegionIsInAChapter(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, chapter := range chapters(t) {
		page, err := os.ReadFile(chapter)
		if err != nil {
			t.Fatal(err)
		}
		_, blocks := split(chapter, string(page))
		for _, b := range blocks {
			shown[strings.TrimPrefix(b.origin, "code: ")] = true
		}
	}
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("files: %q, %v", files, err)
	}
	for _, file := range files {
		for _, region := range regions(t, file) {
			if !shown[file+"#"+region] {
				t.Errorf("no chapter shows %s#%s", file, region)
			}
		}
	}
}

const (
	begin = "//guide:begin "
	end   = "//guide:end"
)

// regions returns the names of the regions of a file.
func regions(t *testing.T, file string) (names []string) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		if name, is := strings.CutPrefix(strings.TrimSpace(line), begin); is {
			names = append(names, name)
		}
	}
	return names
}

// read returns a region of a file without its marks, moved to the left; or, with no name, the whole file without marks.
func read(file, region string) (string, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var lines []string
	inside, found := region == "", region == ""
	for line := range strings.Lines(string(source)) {
		bare := strings.TrimSpace(line)
		name, begins := strings.CutPrefix(bare, begin)
		switch {
		case begins:
			inside = inside || name == region
			found = found || name == region
		case bare == end:
			inside = region == ""
		case inside:
			lines = append(lines, line)
		}
	}
	if !found {
		return "", fmt.Errorf("%s has no region %q", file, region)
	}
	return dedent(lines), nil
}

// dedent takes the tabs away that all lines begin with, and empty lines at both ends.
func dedent(lines []string) string {
	tabs := -1
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			if n := len(line) - len(strings.TrimLeft(line, "\t")); tabs < 0 || n < tabs {
				tabs = n
			}
		}
	}
	for i, line := range lines {
		lines[i] = line[min(max(tabs, 0), len(line)-1):]
	}
	return strings.Trim(strings.Join(lines, ""), "\n") + "\n"
}

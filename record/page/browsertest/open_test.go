package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/7aca83c2/multinode/record"
)

// pictures is where pictures of all pages go: the folder that MN_PICTURES names, or the test's own.
func pictures(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("MN_PICTURES")
	if folder == "" {
		return t.ArtifactDir()
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestEachPageOpensAndFits(t *testing.T) {
	folder := pictures(t)
	for name, r := range all(t) {
		t.Run(name, func(t *testing.T) {
			b := open(t, r, 1280, 800, "")
			for _, width := range []int64{1280, 800} {
				for _, theme := range []string{"light", "dark"} {
					b.do(chromedp.EmulateViewport(width, 800))
					b.show("#theme=" + theme)
					if size := evaluate[[]int](b, `[document.documentElement.scrollWidth, innerWidth]`); size[0] > size[1] {
						t.Errorf("at %d the page is %d wide", width, size[0])
					}
					if e := evaluate[string](b, `document.documentElement.dataset.error ?? ""`); e != "" {
						t.Errorf("at %d, %s, the page is broken: %s", width, theme, e)
					}
					picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
					if err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, theme)), picture, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

func TestTheAnswerIsOnTop(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "")
	answer := evaluate[string](b, `document.getElementById("answer").innerText`)
	for _, want := range append([]string{r.Spec, r.Failure.Place, strings.ToUpper(r.State)}, texts(r.Summary)...) {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer is without %q:\n%s", want, answer)
		}
	}
	if strings.Contains(answer, "but\n    a  sees") {
		t.Error("the whole message is not folded")
	}
	for i, s := range r.Summary {
		b.do(chromedp.Click(fmt.Sprintf("#why li:nth-child(%d) a", i+1)))
		b.wait(`multinode.cursor === %d`, s.Moments[0].At)
	}
	if top := evaluate[float64](b, `scrollTo(0, 1e6), document.getElementById("answer").getBoundingClientRect().top`); top != 0 {
		t.Errorf("once scrolled, the answer is at %v", top)
	}
}

func texts(sentences []record.Sentence) []string {
	var all []string
	for _, s := range sentences {
		all = append(all, s.Text)
	}
	return all
}

// The policy of the page lets nothing out, and no script in, even if the page itself wanted to.
func TestNoRequestIsPossible(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	b := open(t, passed(), 1280, 800, "")
	b.provoked.Store(true)
	ran := evaluate[bool](b, `(async () => {
		await fetch(%q).catch(() => {});
		await new Promise(done => Object.assign(new Image(), {onload: done, onerror: done, src: %[1]q}));
		document.body.append(Object.assign(document.createElement("script"), {textContent: "window.ran = true"}));
		document.body.append(Object.assign(document.createElement("div"), {innerHTML: "<b onclick='window.ran = true'></b>"}));
		document.querySelector("b[onclick]").click();
		return !!window.ran;
	})()`, server.URL)
	if ran || asked.Load() > 0 {
		t.Errorf("a foreign script ran: %v; requests that came: %d", ran, asked.Load())
	}
}

func TestABrokenPageSaysSo(t *testing.T) {
	b := blank(t, 1280, 800)
	b.early(`delete window.DecompressionStream`)
	b.write(passed())
	b.show("")
	said := evaluate[string](b, `document.querySelector(".broken").innerText`)
	if !strings.Contains(said, "DecompressionStream") || !evaluate[bool](b, `"error" in document.documentElement.dataset && !("ready" in document.documentElement.dataset)`) {
		t.Errorf("without DecompressionStream the page says %q", said)
	}
}

func TestAPageThatBreaksLaterSaysSo(t *testing.T) {
	b := open(t, passed(), 1280, 800, "")
	b.provoked.Store(true)
	evaluate[int](b, `setTimeout(() => { throw new Error("a drag went wrong"); })`)
	b.wait(`"error" in document.documentElement.dataset && document.querySelector(".broken").innerText.includes("a drag went wrong")`)
}

func TestPrintsOnFewPages(t *testing.T) {
	for name, r := range all(t) {
		t.Run(name, func(t *testing.T) {
			b := open(t, r, 1280, 800, "#theme=dark")
			pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
			if err != nil {
				t.Fatal(err)
			}
			pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
			if pages < 1 || pages >= 6 {
				t.Errorf("it prints on %d pages", pages)
			}
			if theme := evaluate[string](b, `document.documentElement.dataset.theme+" at "+address()`); !strings.HasPrefix(theme, "dark at #") || !strings.HasSuffix(theme, "theme=dark") {
				t.Errorf("after printing, the page is %s", theme)
			}
		})
	}
}

func TestTheSystemsThemeIsTheFirst(t *testing.T) {
	b := blank(t, 1280, 800)
	b.write(passed())
	for _, theme := range []string{"dark", "light"} {
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		b.show("")
		if got := evaluate[string](b, `document.documentElement.dataset.theme`); got != theme {
			t.Errorf("where %s is preferred, the page is %s", theme, got)
		}
	}
}

// Without a browser these tests are green, as they should be where nobody has one, but never in CI.
func TestCIHasABrowser(t *testing.T) {
	run := func(ci string) (string, error) {
		again := exec.Command(os.Args[0], "-test.run=^TestTheSystemsThemeIsTheFirst$", "-test.v")
		again.Env = []string{"PATH=" + t.TempDir(), "CI=" + ci}
		out, err := again.CombinedOutput()
		return string(out), err
	}
	if out, err := run("true"); err == nil || !strings.Contains(out, "no Chromium here") {
		t.Errorf("in CI: %v\n%s", err, out)
	}
	if out, err := run(""); err != nil || !strings.Contains(out, "--- SKIP") {
		t.Errorf("elsewhere: %v\n%s", err, out)
	}
}

package browsertest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

//go:embed testdata/probe.js
var probe string

// The browser of all tests, each of which has a tab of its own.
var (
	browser context.Context
	stop    = func() {}
	launch  = sync.OnceValue(start)
)

func TestMain(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

func start() error {
	options := chromedp.DefaultExecAllocatorOptions[:]
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has none for root
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	browser, _ = chromedp.NewContext(allocator)
	stop = cancel
	return chromedp.Do(browser)
}

// needBrowser skips the test where there is no browser, but fails it in CI.
func needBrowser(t *testing.T) {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"} {
		if _, err := exec.LookPath(name); err == nil {
			if err := launch(); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	const advice = "there is no Chromium here: apt-get install -y --no-install-recommends chromium"
	if os.Getenv("CI") == "true" {
		t.Fatal(advice)
	}
	t.Skip(advice)
}

// tab is a page in the browser. What a page must never do fails the test: exceptions, lines on the console, requests.
type tab struct {
	*testing.T
	ctx      context.Context
	file     string
	provoked *atomic.Bool // what it must not do, the test makes it do
}

// open shows the page of a record, at an address like "#t=2", in a window of that size.
func open(t *testing.T, r *record.Record, width, height int64, address string) tab {
	t.Helper()
	b := blank(t, width, height)
	b.write(r)
	b.show(address)
	if e := evaluate[string](b, `document.documentElement.dataset.error ?? ""`); e != "" {
		t.Fatalf("the page is broken: %s", e)
	}
	return b
}

// blank is a tab without a page.
func blank(t *testing.T, width, height int64) tab {
	t.Helper()
	needBrowser(t)
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, "", new(atomic.Bool)}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, struct{}{}); return err },
	} {
		if err := enable(); err != nil {
			t.Fatal(err)
		}
	}
	b.do(chromedp.EmulateViewport(width, height))
	return b
}

func (b tab) watch(event any) {
	if b.provoked.Load() {
		return
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "file:") && !strings.HasPrefix(e.Request.URL, "data:") {
			b.Errorf("the page asks for %s", e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.Errorf("exception: %s", describe(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		b.Errorf("console: %v", e.Args)
	case *log.EventEntryAdded:
		b.Errorf("log of the browser: %s", e.Entry.Text)
	}
}

// write writes the page that the tab shows.
func (b *tab) write(r *record.Record) int { b.Helper(); return b.writeBeside(r, nil) }

// writeBeside writes one that has a run that passed as well.
func (b *tab) writeBeside(bad, good *record.Record) int {
	b.Helper()
	var file bytes.Buffer
	if err := page.WriteBeside(&file, bad, good); err != nil {
		b.Fatal(err)
	}
	b.file = filepath.Join(b.TempDir(), "page.html")
	if err := os.WriteFile(b.file, file.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return file.Len()
}

func (b tab) show(address string) {
	b.Helper()
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate("file://"+b.file+address), chromedp.WaitReady(`html[data-ready], html[data-error]`))
	evaluate[bool](b, "%s; true", probe)
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// evaluate returns what an expression is on the page; one that is a promise is waited for.
func evaluate[T any](b tab, format string, args ...any) T {
	b.Helper()
	expression := fmt.Sprintf(format, args...)
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true on the page.
func (b tab) wait(format string, args ...any) {
	b.Helper()
	expression := fmt.Sprintf(format, args...)
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(5*time.Second))); err != nil {
		b.Fatalf("%s: %v; the page is at %s", expression, err, evaluate[string](b, `location.hash`))
	}
}

// keys presses keys, one after the other, and waits until what they did is drawn.
func (b tab) keys(keys ...string) {
	b.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
	evaluate[bool](b, `probe.painted()`)
}

// early runs a script before those of the page.
func (b tab) early(script string) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		b.Fatal(err)
	}
}

func describe(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Exception.Description
	}
	return e.Text
}

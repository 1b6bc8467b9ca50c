package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record/page"
)

const here = "127.0.0.1:4711"

// ask asks a site of here.
func ask(s *site, method, path string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "http://"+here+"/", nil)
	request.URL.Path, request.URL.RawPath = path, ""
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, request)
	return answer
}

func TestASiteHasAnIndexAndThePages(t *testing.T) {
	dir := tree(t)
	s := newSite([]string{dir}, here)
	answer := ask(s, "GET", "/")
	x, err := page.ReadIndex(answer.Body)
	if err != nil || answer.Code != http.StatusOK {
		t.Fatal(answer.Code, err)
	}
	var listed []string
	for _, l := range x.Specs {
		listed = append(listed, l.Spec)
		got := ask(s, "GET", "/"+l.Page)
		if r, err := page.Read(got.Body); err != nil || r.Spec != l.Spec {
			t.Errorf("%s has %v, %v", l.Page, r, err)
		}
		for name, value := range headers {
			if got.Header().Get(name) != value {
				t.Errorf("%s is %q", name, got.Header().Get(name))
			}
		}
	}
	if !slices.Equal(listed, []string{"four", "two", "one", "three"}) || x.Title != "Failed specs in "+dir {
		t.Errorf("%q lists %q", x.Title, listed)
	}
	if got := x.Specs[1].Began.Format("150405.000"); got != "030406.500" {
		t.Errorf("it began at %s, which is the virtual clock's", got)
	}
}

func TestAPageIsServedAsItIsInTheFolder(t *testing.T) {
	dir := t.TempDir()
	path := put(t, dir, "a b/100%#one.html", recorded("one"))
	s := newSite([]string{dir}, here)
	to := ask(s, "GET", "/")
	if to.Code != http.StatusFound || to.Header().Get("Location") != "/0/a%20b/100%25%23one.html" {
		t.Errorf("the only page is at %d %s", to.Code, to.Header().Get("Location"))
	}
	want, err := os.ReadFile(path)
	if got := ask(s, "GET", "/0/a b/100%#one.html").Body.String(); err != nil || got != string(want) {
		t.Errorf("got %.80s, %v", got, err)
	}
}

func TestWhatIsNewIsThereOnReload(t *testing.T) {
	dir := t.TempDir()
	s := newSite([]string{dir}, here)
	links := func() (all []string) {
		for _, m := range regexp.MustCompile(`<h2><a href="([^"]*)`).FindAllStringSubmatch(ask(s, "GET", "/").Body.String(), -1) {
			all = append(all, m[1])
		}
		return all
	}
	if got := links(); len(got) > 0 {
		t.Errorf("it begins with %q", got)
	}
	put(t, dir, "20300102-030405.000-p1-one.json", recorded("one"))
	put(t, dir, "20300102-030406.000-p1-two.json", recorded("two"))
	if got := links(); !slices.Equal(got, []string{"0/20300102-030406.000-p1-two.html", "0/20300102-030405.000-p1-one.html"}) {
		t.Errorf("there are %q", got)
	}
	put(t, dir, "20300102-030405.000-p1-one.json", recorded("one, another time"))
	put(t, dir, "20300102-030407.000-p1-three.html", recorded("three"))
	if got := links(); len(got) != 3 || got[0] != "0/20300102-030407.000-p1-three.html" {
		t.Errorf("then there are %q", got)
	}
	if html := ask(s, "GET", "/").Body.String(); !strings.Contains(html, "one, another time") {
		t.Error("what was written again is not as it is now")
	}
	if err := os.Remove(filepath.Join(dir, "20300102-030407.000-p1-three.html")); err != nil {
		t.Fatal(err)
	}
	if got := ask(s, "GET", "/0/20300102-030407.000-p1-three.html"); got.Code != http.StatusNotFound || len(links()) != 2 {
		t.Errorf("a page that has gone is %d", got.Code)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	dir := tree(t)
	t.Chdir(dir)
	s := newSite([]string{"suites", "multinode-failures"}, here)
	for _, path := range []string{
		"/1/secret.txt", "/1/other.html", "/1/.gitignore", "/1/20300102-030408.000-p1-part.json.part",
		"/0/x/multinode-failures/20300102-030405.000-p1-one.json", "/0", "/1/", "/2/", "/0/../elsewhere/20300102-030407.000-p1-four.html",
		"/../elsewhere/20300102-030407.000-p1-four.html", "//etc/passwd", "/0/x/multinode-failures/../multinode-failures/20300102-030405.000-p1-one.html",
		"/1/20300102-030404.000-p1-page-alone.html", "/favicon.ico",
	} {
		if got := ask(s, "GET", path); got.Code != http.StatusNotFound || strings.Contains(got.Body.String(), "secret") {
			t.Errorf("%s is %d", path, got.Code)
		}
	}
	if got := ask(s, "GET", "/1/below/20300102-030404.000-p1-page-alone.html"); got.Code != http.StatusOK {
		t.Errorf("a page is %d", got.Code)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		if got := ask(s, method, "/"); got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s is %d", method, got.Code)
		}
	}
	if got := ask(s, "HEAD", "/"); got.Code != http.StatusOK {
		t.Errorf("HEAD is %d", got.Code)
	}
}

func TestAnotherNameForThisMachineIsRefused(t *testing.T) {
	s := newSite([]string{tree(t)}, here)
	for host, code := range map[string]int{
		here: http.StatusOK, "localhost:4711": http.StatusOK,
		"evil.example:4711": http.StatusForbidden, "127.0.0.1": http.StatusForbidden, "127.0.0.1:4712": http.StatusForbidden, "": http.StatusForbidden,
		"localhost.evil.example:4711": http.StatusForbidden,
	} {
		request := httptest.NewRequest("GET", "/", nil)
		request.Host = host
		answer := httptest.NewRecorder()
		if s.ServeHTTP(answer, request); answer.Code != code || code != http.StatusOK && strings.Contains(answer.Body.String(), "one") {
			t.Errorf("%q is %d", host, answer.Code)
		}
	}
}

func TestARecordThatCannotBeReadIsListedAsSuch(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "20300102-030405.000-p1-later.json", `{"format": "multinode-record", "version": 99}`)
	put(t, dir, "20300102-030406.000-p1-two.json", recorded("two"))
	s := newSite([]string{dir}, here)
	x, err := page.ReadIndex(ask(s, "GET", "/").Body)
	if err != nil || len(x.Specs) != 2 || x.Specs[1].State != "unreadable" || !strings.HasSuffix(x.Specs[1].Headline, "it is of version 99, and this reads 1") || x.Specs[1].Page != "" {
		t.Errorf("got %+v, %v", x, err)
	}
	if got := ask(s, "GET", "/0/20300102-030405.000-p1-later.html"); got.Code != http.StatusInternalServerError {
		t.Errorf("its page is %d", got.Code)
	}
}

func TestTheBrowserIsOpenedWhereThereIsOne(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	for system, want := range map[string]string{"darwin": "open x", "windows": "rundll32 url.dll,FileProtocolHandler x", "linux": ""} {
		if got := strings.Join(opener(system, "x"), " "); got != want {
			t.Errorf("on %s it is %q", system, got)
		}
	}
	t.Setenv("DISPLAY", ":0")
	if got := strings.Join(opener("linux", "x"), " "); got != "xdg-open x" {
		t.Errorf("with a display it is %q", got)
	}
	for _, path := range []string{os.DevNull, write(t, t.TempDir(), "out.txt", "")} {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if isTerminal(file) || isTerminal(&strings.Builder{}) {
			t.Errorf("%s is a terminal", path)
		}
	}
	if terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err == nil {
		defer terminal.Close()
		if !isTerminal(terminal) {
			t.Error("a terminal is none")
		}
	}
}

package page_test

import (
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

func at(t int64) *int64 { return &t }

func began(second int) time.Time { return time.Date(2030, 1, 2, 3, 4, second, 0, time.UTC) }

func indexed(t *testing.T, x page.Index) string {
	t.Helper()
	var b strings.Builder
	if err := page.WriteIndex(&b, x); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// found returns what a group of an expression matches, each time.
func found(html, expression string) (all []string) {
	for _, m := range regexp.MustCompile(expression).FindAllStringSubmatch(html, -1) {
		all = append(all, m[1])
	}
	return all
}

// run are specs of each outcome.
func run() page.Index {
	return page.Index{Title: "Run", Specs: []page.Listed{
		{Spec: "quick", State: "passed", Attempts: 1, Took: time.Millisecond},
		{Spec: "shaky", State: "passed", Attempts: 3, Began: began(1)},
		{Spec: "left out", State: "skipped"},
		{Spec: "first", State: "failed", Began: began(1), Attempts: 2, Page: "a/first.html"},
		{Spec: "slow", State: "passed", Took: 90 * time.Second},
		{Spec: "late", State: "timedout", Began: began(9), Process: 3},
		{Spec: "broken", State: "panicked", Began: began(5), Idle: []string{"cut(a > b)", "lose(c)"}},
	}}
}

func TestAnIndexIsInOrderAndCounts(t *testing.T) {
	html := indexed(t, run())
	if got, want := found(html, `<h2>(?:<a href="[^"]*">)?([^<]*)`), []string{"late", "broken", "first", "shaky", "slow", "quick", "left out"}; !slices.Equal(got, want) {
		t.Errorf("the order is %q", got)
	}
	if got, want := found(html, `<button [^>]*>([^/]*)</b>`), []string{"all <b>7<", "failed <b>3<", "flaky <b>1<", "passed <b>2<", "skipped <b>1<"}; !slices.Equal(got, trimmed(want)) {
		t.Errorf("it counts %q", got)
	}
	if got, want := found(html, `<td class="state">(.*)</td>`), []string{
		`<span class="failed">timedout</span>`, `<span class="failed">panicked</span>`, `<span class="failed">failed</span><small>attempt 2</small>`,
		`<span class="flaky">flaky</span><small>3 attempts</small>`, `<span class="passed">passed</span>`, `<span class="passed">passed</span>`, `<span class="skipped">skipped</span>`,
	}; !slices.Equal(got, want) {
		t.Errorf("the states are\n%s", strings.Join(got, "\n"))
	}
	for _, want := range []string{"<title>✗ 3 Run</title>", `<a href="a/first.html">first</a>`, `no frame met cut(a &gt; b), lose(c)`, `<span>process 3</span>`, `90.00 s`, `2030-01-02 03:04:09`, `id="none" hidden`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in it", want)
		}
	}
}

func trimmed(all []string) []string {
	for i := range all {
		all[i] = strings.TrimSuffix(all[i], "<")
	}
	return all
}

func TestAnIndexOfNothing(t *testing.T) {
	html := indexed(t, page.Index{Title: "Run"})
	if !strings.Contains(html, `<p id="none">No spec.</p>`) || !strings.Contains(html, "<title>Run</title>") || !strings.Contains(html, "all <b>0</b>") {
		t.Errorf("got %s", html)
	}
}

func TestARecordIsListed(t *testing.T) {
	r := &record.Record{
		Spec: "x", Suite: "s", Place: "s/x_test.go:7", Variant: "virtual", State: "failed", Roles: []string{"a", "b"}, Process: 2, Attempt: 3, Began: began(4), Took: 4_000_000,
		Failure: &record.Failure{At: 2_000_000, Waited: 500_000, Message: "Expected\nmore"},
		Faults: []record.Fault{
			{At: 1_000_000, End: at(1_100_000), Verb: "cut(a)", Kind: record.Cut, Bites: 1},
			{At: 1_050_000, End: at(1_500_000), Verb: "cut(b)", Kind: record.Cut},
			{At: 2_000_000, End: at(2_000_010), Verb: "cut(b)", Kind: record.Cut},
			{At: 3_000_000, Verb: "lose(a)", Kind: "loss", Bites: 4},
		},
	}
	got := page.List(r, "p.html")
	want := page.Listed{
		Spec: "x", Suite: "s", Place: "s/x_test.go:7", Variant: "virtual", State: "failed", Roles: []string{"a", "b"}, Process: 2, Attempts: 3, Began: began(4),
		Took: 4 * time.Second, Page: "p.html", Headline: "Expected (2.000 s)", Idle: []string{"cut(b)"},
		Strip: &page.Strip{Took: 4_000_000, Failure: at(2_000_000), Waited: 500_000, Cuts: [][2]int64{{1_000_000, 1_500_000}, {2_000_000, 2_000_010}}, Others: [][2]int64{{3_000_000, 4_000_000}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\n%+v", got, *got.Strip)
	}
	r.Summary = []record.Sentence{{Text: "Failed at 2.000 s.", Moments: []record.Moment{{Text: "2.000 s", At: 2_000_000}}}}
	if got := page.List(r, ""); got.Headline != "Failed at 2.000 s." {
		t.Errorf("it says %q", got.Headline)
	}
	html := indexed(t, page.Index{Specs: []page.Listed{got}})
	if got, want := found(html, `<rect class="([^/]*)/>`), []string{
		`ground" width="1000" height="20"`, `other" x="750" y="7" width="250" height="6"`, `cut" x="250" y="0" width="125" height="6"`,
		`cut" x="500" y="0" width="8" height="6"`, `wait" x="375" y="15" width="125" height="3"`, `failure" x="500" y="0" width="8" height="20"`,
	}; !slices.Equal(got, want) {
		t.Errorf("the strip is\n%s", strings.Join(got, "\n"))
	}
	words := "cut from 1.000 s to 1.500 s; cut from 2.000 s to 2.000 s; other faults from 3.000 s to 4.000 s; waited 500 ms; failed at 2.000 s"
	if got := found(html, `<title>(.*)</title><rect`); !slices.Equal(got, []string{words}) {
		t.Errorf("the strip says %q", got)
	}
}

func TestWhatIsInAnIndexCannotGetOut(t *testing.T) {
	bad := "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'\u2028\xff{{.}}"
	x := page.Index{Title: bad, Specs: []page.Listed{
		{Spec: bad, State: bad, Suite: bad, Place: bad, Variant: bad, Roles: []string{bad}, Headline: bad, Idle: []string{bad}, Page: bad},
		{Spec: "1", State: "failed", Page: "javascript:alert(3)"},
		{Spec: "2", State: "failed", Page: "//elsewhere.example/x?y#z"},
		{Spec: "3", State: "failed", Page: "a b/100%.html"},
	}}
	html := indexed(t, x)
	for _, never := range []string{"<script>alert", "<script src", "<img", "<link", "<iframe", "\xff", "http:", "https:", "url("} {
		if strings.Contains(html, never) {
			t.Errorf("%q is in it", never)
		}
	}
	if got, want := found(html, `href="(\.?[^"]*)">[123]`), []string{"./javascript:alert%283%29", "/elsewhere.example/x%3Fy%23z", "a%20b/100%25.html"}; !slices.Equal(got, want) {
		t.Errorf("the addresses are %q", got)
	}
	if n := strings.Count(html, "<script"); n != 2 {
		t.Errorf("it has %d scripts", n)
	}
	again, err := page.ReadIndex(strings.NewReader(html))
	if want := strings.ToValidUTF8(bad, "\uFFFD"); err != nil || again.Title != want || again.Specs[3].Headline != want {
		t.Errorf("it is read back as %+v, %v", again, err)
	}
}

func TestAnIndexAllowsItsOwnScriptAndStyleOnly(t *testing.T) {
	html := indexed(t, run())
	policy := found(html, `Content-Security-Policy" content="([^"]*)"`)
	for kind, element := range map[string]string{"script-src": "script", "style-src": "style"} {
		text := found(html, `(?s)<`+element+`>(.*?)</`+element+`>`)
		sum := sha256.Sum256([]byte(text[0]))
		// The template escapes + in an attribute.
		want := strings.ReplaceAll(kind+" &#39;sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"&#39;", "+", "&#43;")
		if len(text) != 1 || !strings.Contains(policy[0], want) || !strings.HasPrefix(policy[0], "default-src &#39;none&#39;; ") {
			t.Errorf("%s is not in %s", want, policy)
		}
	}
	if strings.Contains(html, " style=") || strings.Contains(html, " onclick=") {
		t.Error("it has styles or handlers that the policy forbids")
	}
}

func TestIndexesAreMerged(t *testing.T) {
	virtual := page.Listed{Spec: "v", State: "failed", Began: began(0), Page: "1.html"}
	again := virtual
	again.Page = "2.html"
	x := page.Index{Title: "one", Specs: []page.Listed{virtual, {Spec: "p", State: "passed"}}}
	y := page.Index{Title: "two", Specs: []page.Listed{virtual, again, {Spec: "p", Suite: "other", State: "passed"}}}
	all := x.Merge(y.In("../two"), y, page.Index{})
	var got []string
	for _, l := range all.Specs {
		got = append(got, l.Suite+":"+l.Spec+":"+l.Page)
	}
	if want := []string{":v:1.html", ":p:", ":v:../two/1.html", ":v:../two/2.html", "other:p:", ":v:2.html"}; all.Title != "one" || !slices.Equal(got, want) {
		t.Errorf("got %q of %q", got, all.Title)
	}
	if y.Specs[0].Page != "1.html" {
		t.Error("an index of another folder has changed the first")
	}
}

func TestAnIndexIsReadAsItWasWritten(t *testing.T) {
	x := run()
	x.Specs[3].Strip = &page.Strip{Took: 9, Cuts: [][2]int64{{1, 2}}, Failure: at(3), Waited: 1}
	got, err := page.ReadIndex(strings.NewReader(indexed(t, x)))
	slices.SortFunc(x.Specs, func(l, m page.Listed) int { return strings.Compare(l.Spec, m.Spec) })
	slices.SortFunc(got.Specs, func(l, m page.Listed) int { return strings.Compare(l.Spec, m.Spec) })
	if err != nil || !reflect.DeepEqual(got, x) {
		t.Errorf("got %+v, %v", got, err)
	}
	for text, want := range map[string]string{"<html>": "page: there is no index in it", `<script type="application/json" id="index">{</script>`: "page: unexpected end of JSON input"} {
		if _, err := page.ReadIndex(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("of %s it says %v", text, err)
		}
	}
}

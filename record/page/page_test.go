package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

func written(t *testing.T, r *record.Record) string {
	t.Helper()
	var file bytes.Buffer
	if err := page.Write(&file, r); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// everywhere is a record that has a text wherever it can have one.
func everywhere(text string) *record.Record {
	end := int64(40)
	return &record.Record{
		Spec: text, Suite: text, Place: text, Labels: []string{text}, Variant: text, Seed: text, Again: text, State: text, Roles: []string{text + "1", text + "2"}, Took: 100,
		Summary:    []record.Sentence{{About: text, Text: text + " at " + text, Moments: []record.Moment{{Text: text, At: 7}}}},
		Failure:    &record.Failure{At: 90, Message: text, Place: text, Wanted: text, Rows: []record.Row{{Seen: text}}},
		Lives:      []record.Life{{At: 1, State: text}},
		Views:      []record.View{{At: 2, Ended: text, Members: []record.Member{{Role: -1, Name: text, Status: text}}}},
		Verbs:      []record.Verb{{At: 3, End: &end, Text: text, Error: text}},
		Faults:     []record.Fault{{At: 4, Verb: text, Kind: text, Links: []record.Ended{{From: 0, To: 1, End: &end}}, Place: text}},
		Operations: []record.Operation{{At: 5, Client: text, Input: text, Output: text, Error: text, Place: text}},
		Barriers:   []record.Barrier{{At: 6, Name: text, Error: text}},
		Log:        []record.Line{{At: 7, Role: -1, Text: text}},
		Stalls:     []record.Stall{{At: 8, What: text, Where: []record.Goroutines{{Roles: []int{0}, Count: 3, Stack: text}}}},
		Frames:     record.Frames{Sent: []int64{8}, Took: []int64{1}, Link: []int{1}, Bytes: []int{9}, Fate: []int{2}, Kind: []int{0}, Fates: []string{"delivered", "waiting", text}, Kinds: []string{text}},
		Links:      []record.Link{{From: 0, To: 1, Dropped: map[string]uint64{text: 1}}},
	}
}

func TestARecordComesBackOutOfItsPage(t *testing.T) {
	files, err := filepath.Glob("browsertest/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no records: %v", err)
	}
	records := []*record.Record{everywhere("text"), {Roles: []string{}}}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := record.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	for _, r := range records {
		got, err := page.Read(strings.NewReader(written(t, r)))
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%q comes back otherwise: %v", r.Spec, err)
		}
	}
}

func TestWhatIsNoPageIsAnError(t *testing.T) {
	good := written(t, everywhere("text"))
	for name, text := range map[string]string{
		"empty":          "",
		"without record": strings.ReplaceAll(good, `id="record"`, ``),
		"cut short":      good[:strings.Index(good, `id="record"`)+100],
		"no gzip":        regexp.MustCompile(`id="record">....`).ReplaceAllString(good, `id="record">AAAA`),
	} {
		if _, err := page.Read(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "page: ") {
			t.Errorf("Read, %s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"empty":          "",
		"without a head": strings.ReplaceAll(good, `id="head"`, ``),
		"cut short":      good[:strings.Index(good, `id="head"`)+100],
		"no JSON":        strings.Replace(good, `id="head">{`, `id="head">`, 1),
	} {
		if _, err := page.ReadHead(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "page: ") {
			t.Errorf("ReadHead, %s: %v", name, err)
		}
	}
	broken := iotest.ErrReader(errors.New("broken"))
	if _, err := page.Read(broken); err == nil {
		t.Error("Read hides an error")
	}
	if _, err := page.ReadHead(broken); err == nil {
		t.Error("ReadHead hides an error")
	}
	if err := page.Write(failing{}, everywhere("text")); err == nil {
		t.Error("Write hides an error")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// Whatever a record says, the page has the elements that the template has, and the record has what it said.
func TestTextsStayTexts(t *testing.T) {
	tags := regexp.MustCompile(`</?[a-zA-Z!][^>]*>`)
	plain := tags.FindAllString(written(t, everywhere("text")), -1)
	for _, hostile := range []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `-->`, `"'><img src=x onerror=alert(1)>`, `]]>`, "a\u2028b\u2029c", `${1}`, "`", `{{.Spec}}`, `</title></pre></style>`,
		`<script type="text/plain" id="record">AAAA</script>`, `javascript:alert(1)`,
	} {
		r := everywhere(hostile)
		text := written(t, r)
		got := tags.FindAllString(text, -1)
		if len(got) != len(plain) {
			t.Errorf("%q makes %d tags of %d", hostile, len(got), len(plain))
		}
		again, err := page.Read(strings.NewReader(text))
		if err != nil || again.Spec != hostile || again.Stalls[0].Where[0].Stack != hostile {
			t.Errorf("%q comes back as %q: %v", hostile, again.Spec, err)
		}
		if head, err := page.ReadHead(strings.NewReader(text)); err != nil || head.Spec != hostile {
			t.Errorf("%q is %q in the head: %v", hostile, head.Spec, err)
		}
	}
	if text := written(t, everywhere("\xff\xfe\x00")); !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		t.Error("bytes that are no text get into the page")
	}
}

func TestTheHeadIsShort(t *testing.T) {
	for _, text := range []string{strings.Repeat("long ", 5000), strings.Repeat("<", 9000), strings.Repeat("日本", 3000)} {
		r := everywhere(text)
		for i := range 300 {
			r.Roles = append(r.Roles, fmt.Sprintf("%s%d", text[:300], i))
			r.Faults = append(r.Faults, record.Fault{Verb: fmt.Sprintf("verb %d", i)})
			r.Summary = append(r.Summary, record.Sentence{Text: text})
		}
		file := written(t, r)
		_, rest, _ := strings.Cut(file, `id="head">`)
		head, _, _ := strings.Cut(rest, "</script>")
		if len(head) >= 2000 || !json.Valid([]byte(head)) {
			t.Errorf("the head has %d bytes, and is JSON: %v", len(head), json.Valid([]byte(head)))
		}
		got, err := page.ReadHead(strings.NewReader(file))
		if err != nil || got.Spec == "" || !utf8.ValidString(got.Spec) || len(got.Roles) == 0 || len(got.Summary) == 0 {
			t.Errorf("it is read as %+v: %v", got, err)
		}
	}
}

func TestTheHeadSaysWhatAListNeeds(t *testing.T) {
	r := everywhere("text")
	r.Faults = append(r.Faults, r.Faults[0], record.Fault{Verb: "isolate(c)"})
	got, err := page.ReadHead(strings.NewReader(written(t, r)))
	want := page.Head{Spec: "text", Suite: "text", Place: "text", State: "text", Variant: "text", Summary: []string{"text at text"}, Roles: []string{"text1", "text2"}, Faults: []string{"text", "isolate(c)"}, Began: r.Began, Took: 100}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the head is %+v, not %+v: %v", got, want, err)
	}
}

// The page allows its own script and style by their hashes, and names no address.
func TestThePageIsClosed(t *testing.T) {
	text := written(t, everywhere("text"))
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
	if policy == nil || !strings.HasPrefix(policy[1], "default-src &#39;none&#39;;") && !strings.HasPrefix(policy[1], "default-src 'none';") || strings.Contains(policy[1], "unsafe") {
		t.Fatalf("the policy is %q", policy)
	}
	for _, element := range []string{"script", "style"} {
		_, rest, _ := strings.Cut(text[strings.LastIndex(text, "<"+element+">"):], ">")
		inner, _, _ := strings.Cut(rest, "</"+element+">")
		sum := sha256.Sum256([]byte(inner))
		want := strings.NewReplacer("+", "&#43;").Replace(base64.StdEncoding.EncodeToString(sum[:]))
		if len(inner) < 1000 || !strings.Contains(policy[1], "sha256-"+want) {
			t.Errorf("the %s of %d bytes is not allowed by %s", element, len(inner), policy[1])
		}
	}
	packed := regexp.MustCompile(`(?s)id="record">.*?</script>`)
	if found := regexp.MustCompile(`https?:|\b(src|srcset|action)=|@import|url\(`).FindString(packed.ReplaceAllString(text, "")); found != "" {
		t.Errorf("the page has %q", found)
	}
}

func TestSentencesLinkToTheirMoments(t *testing.T) {
	r := everywhere("text")
	r.Summary = []record.Sentence{{About: "faults", Text: "On since 1.5 s, and since 1.5 s too.", Moments: []record.Moment{{Text: "1.5 s", At: 1_500_000}, {Text: "1.5 s", At: 1_500_400}, {Text: "not in it", At: 3}}}}
	want := `<li class="faults">On since <a href="#t=1.5">1.5 s</a>, and since <a href="#t=1.5004">1.5 s</a> too.</li>`
	if text := written(t, r); !strings.Contains(text, want) {
		t.Errorf("there is no %s", want)
	}
	r.Summary = nil
	r.Failure = &record.Failure{At: 2_505_000, Message: "Timed out after 2.001s.\nExpected"}
	want = `<li class="failure">Timed out after 2.001s. (<a href="#t=2.505">2.505 s</a>)</li>`
	if text := written(t, r); !strings.Contains(text, want) {
		t.Errorf("without a summary there is no %s", want)
	}
}

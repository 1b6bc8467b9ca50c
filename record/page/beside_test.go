package page_test

import (
	"bytes"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

func loaded(t *testing.T, name string) *record.Record {
	t.Helper()
	file, err := os.Open("../testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := record.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func writtenBeside(t *testing.T, bad, good *record.Record) string {
	t.Helper()
	var file bytes.Buffer
	if err := page.WriteBeside(&file, bad, good); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestAGoodRunIsInThePage(t *testing.T) {
	bad, good := loaded(t, "lossy-failed"), loaded(t, "lossy-passed")
	want := record.Compare(good, bad).Sentence
	text := writtenBeside(t, bad, good)
	got, err := page.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if last := got.Summary[len(got.Summary)-1]; !reflect.DeepEqual(last, want) {
		t.Errorf("the last sentence is %+v", last)
	}
	got.Summary = got.Summary[:len(got.Summary)-1]
	if !reflect.DeepEqual(got, loaded(t, "lossy-failed")) || !reflect.DeepEqual(bad, got) {
		t.Error("the record has changed in other ways, or the one that was given has")
	}
	head, err := page.ReadHead(strings.NewReader(text))
	if err != nil || head.Summary[len(head.Summary)-1] != want.Text {
		t.Errorf("the head says %q: %v", head.Summary, err)
	}
	before, after, _ := strings.Cut(want.Text, want.Moments[0].Text)
	if item := `<li class="good run">` + before + `<a href="#t=0.501079">` + want.Moments[0].Text + `</a>` + after + `</li>`; !strings.Contains(text, item) {
		t.Errorf("the header is without %s", item)
	}

	_, rest, _ := strings.Cut(text, `<script type="text/plain" id="good">`)
	other, err := page.Read(strings.NewReader(`<script type="text/plain" id="record">` + rest))
	if err != nil || !reflect.DeepEqual(other, good) {
		t.Errorf("the good record comes back otherwise: %v", err)
	}

	bad.Summary = append(bad.Summary, want) // by who has already compared them
	if again := writtenBeside(t, bad, good); again != text {
		t.Error("a record that has the sentence has another page")
	}
}

func TestWithoutAGoodRunThePageIsTheSame(t *testing.T) {
	bad := loaded(t, "lossy-failed")
	if text := written(t, bad); writtenBeside(t, bad, nil) != text || strings.Contains(text, `id="good"`) {
		t.Error("it is not")
	}
}

func TestWhatIsInAGoodRunCannotGetOut(t *testing.T) {
	hostile := "</script><script>alert(1)</script><!--"
	tags := func(text string) []string {
		good, bad := everywhere(text), everywhere(text)
		bad.Roles, good.Verbs[0].Text = good.Roles, text+"1"
		return strings.SplitAfter(strings.ToLower(writtenBeside(t, bad, good)), "<script")
	}
	if plain, got := tags("text"), tags(hostile); len(plain) != len(got) {
		t.Errorf("it has %d scripts, and not %d", len(got)-1, len(plain)-1)
	}
}

func TestErrorsOfWriteBeside(t *testing.T) {
	bad, good := loaded(t, "lossy-failed"), loaded(t, "lossy-passed")
	if err := page.WriteBeside(failing{}, bad, good); err == nil || !strings.HasPrefix(err.Error(), "page: ") {
		t.Errorf("got %v", err)
	}
	good.Began = good.Began.AddDate(20_000, 0, 0) // JSON has no such year
	if err := page.WriteBeside(io.Discard, bad, good); err == nil || !strings.HasPrefix(err.Error(), "page: ") {
		t.Errorf("got %v", err)
	}
}

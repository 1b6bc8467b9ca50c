package browsertest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/7aca83c2/multinode/record"
)

// besides returns a run that failed and one that passed, which was slower at first. After the same verbs, c takes b for
// unreachable in the one that failed, at 1.2 s.
func besides() (bad, good *record.Record) {
	run := func(cut, heal int64) *record.Record {
		r := base("a cut is healed", 3*second, "a", "b", "c")
		r.Faults = []record.Fault{{At: cut, End: new(heal), Verb: "partition(a, b)", Kind: record.Cut, Links: []record.Ended{{From: 0, To: 1, End: new(heal)}, {From: 1, To: 0, End: new(heal)}}}}
		r.Verbs = append(r.Verbs, record.Verb{At: cut, End: new(cut + ms), Text: "partition(a, b)"}, record.Verb{At: heal, End: new(heal + ms), Text: "heal(a, b)"})
		r.Views = append(r.Views, view(r, cut+100*ms, 0, 0, 1), view(r, heal+50*ms, 0, 0))
		return r
	}
	bad, good = run(400*ms, 800*ms), run(1200*ms, 1400*ms)
	bad.Views = append(bad.Views, view(bad, 1200*ms, 2, 0, 1))
	good.Views = append(good.Views, view(good, 2200*ms, 1, 0, 2)) // later than what differs first
	good.State, good.Seed, good.Took = "passed", "8", 2600*ms
	return traffic(fail(bad, 2500*ms, "Timed out after 1.500s."), 300, 2*ms, 2500*ms), traffic(good, 300, 2*ms, 2600*ms)
}

func openBeside(t *testing.T, bad, good *record.Record, width, height int64, address string) tab {
	t.Helper()
	b := blank(t, width, height)
	b.writeBeside(bad, good)
	b.show(address)
	if e := evaluate[string](b, `document.documentElement.dataset.error ?? ""`); e != "" {
		t.Fatalf("the page is broken: %s", e)
	}
	return b
}

// goodPlace is where a line of the run that passed is, and where on it a time of the page.
func (b tab) goodPlace(role, of string, at int64) place {
	b.Helper()
	return evaluate[place](b, `multinode.good.place(%s, %s, %d)`, quoted(role), quoted(of), at)
}

type box struct {
	Kind, Text string
	X, Y, W, H float64
}

func find(boxes []box, kind, text string) *box {
	if i := slices.IndexFunc(boxes, func(x box) bool { return x.Kind == kind && x.Text == text }); i >= 0 {
		return &boxes[i]
	}
	return nil
}

func TestVerbsOfBothRunsAreAtOnePlace(t *testing.T) {
	bad, good := besides()
	b := openBeside(t, bad, good, 1280, 900, "#z=all")
	for _, zoomed := range []string{"#z=all", "#z=0.3,1.1&t=0.7"} {
		b.show(zoomed)
		above, beneath := evaluate[[]box](b, `multinode.boxes`), evaluate[[]box](b, `multinode.good.boxes`)
		for _, want := range []struct{ kind, text string }{{"verb", "heal(a, b)"}, {"fault", "partition(a, b)"}} {
			x, y := find(above, want.kind, want.text), find(beneath, want.kind, want.text)
			if x == nil || y == nil {
				t.Fatalf("%s: a run is without %s: %v, %v", zoomed, want.text, above, beneath)
			}
			if math.Abs(x.X-y.X) > 1 || x.Y >= y.Y || want.kind == "fault" && math.Abs(x.W-y.W) > 1 {
				t.Errorf("%s: %s is at %v, and at %v in the run that passed", zoomed, want.text, *x, *y)
			}
		}
		if p, q := b.place(bad, 0, 1, 800*ms), b.goodPlace("a", "b", 800*ms); p.X != q.X || p.Y >= q.Y {
			t.Errorf("%s: the line of a is at %v, and at %v", zoomed, p, q)
		}
	}
}

// What a line of the run that passed shows is what its record says, at the times of the page.
func TestTheRunThatPassedIsAligned(t *testing.T) {
	bad, good := besides()
	b := openBeside(t, bad, good, 1280, 900, "#z=all")
	// It is 100 of 200 ms after the cut that a does, in the time of the page of 400 ms, and 50 ms after the healing that it does not.
	for at, want := range map[int64]string{590: "up", 610: "unreachable", 840: "unreachable", 860: "up"} {
		p := b.goodPlace("a", "b", at*ms)
		got := evaluate[struct{ Run, Value, Text string }](b, `multinode.at(%f, %f)`, p.X, p.Y+4)
		if got.Run != "good" || got.Value != want || !strings.HasPrefix(got.Text, "in the run that passed:\na sees b: "+want) {
			t.Errorf("at %d ms it takes b for %q: %q", at, got.Value, got.Text)
		}
	}
	p := b.goodPlace("a", "b", 600*ms)
	if said := evaluate[string](b, `multinode.at(%f, %f).text`, p.X+4, p.Y+4); !strings.Contains(said, "since 1.3") {
		t.Errorf("it does not say when that was in its own time: %q", said)
	}
	hatched := evaluate[[]int](b, `probe.columns("unreachable-hatch", %d, %d, %d, %d)`, int(p.Left), int(p.Y), int(p.Right-p.Left), int(p.Height))
	if len(hatched) > 0 {
		t.Errorf("what is alike is not faint: %d columns", len(hatched))
	}
	after := b.goodPlace("c", "b", 1300*ms)
	if n := evaluate[int](b, `probe.columns("up", %d, %d, 200, %d).length`, int(after.X), int(after.Y), int(after.Height)); n < 180 { // but for ticks and grid
		t.Errorf("what differs is faint: only %d columns of 200 are not", n)
	}
	over := b.goodPlace("c", "b", 2000*ms) // 1.2 s after the healing
	ends := evaluate[[]int](b, `probe.columns("good", %d, %d, %d, 4)`, int(over.Left), int(over.Y), int(over.Right-over.Left))
	if len(ends) != 2 || math.Abs(float64(ends[0])-over.X) > 2 {
		t.Errorf("that it was over is at x=%v, and not at %.0f", ends, over.X)
	}
}

func TestTheFirstDifferenceIsMarkedInBoth(t *testing.T) {
	bad, good := besides()
	b := openBeside(t, bad, good, 1280, 900, "#z=all&t=0")
	if got := evaluate[int64](b, `multinode.good.differ.bad`); got != 1200*ms {
		t.Fatalf("it is at %d", got)
	}
	for name, p := range map[string]place{"failed": b.place(bad, 2, 1, 1200*ms), "passed": b.goodPlace("c", "b", 1200*ms)} {
		got := evaluate[[]int](b, `probe.columns("first", %d, %d, %d, %d)`, int(p.Left), int(p.Y), int(p.Right-p.Left), int(p.Height))
		if want := int(math.Round(p.X)); !slices.Equal(got, []int{want - 1, want}) {
			t.Errorf("in the run that %s it is at x=%v, and not at %d", name, got, want)
		}
		if n := evaluate[int](b, `probe.columns("first", 0, %d, 10, 4).length`, int(p.Y)); n != 3 {
			t.Errorf("in the run that %s the lane of c is not marked: %d", name, n)
		}
	}
	said := evaluate[string](b, `document.querySelector("#why li:last-child").innerText`)
	if want := "Unlike the run that passed (seed 8): after heal(a, b), c took b for unreachable at 1.200 s; there it never did."; said != want {
		t.Errorf("the header says %q", said)
	}
	for name, boxes := range map[string]string{"failed": "multinode.boxes", "passed": "multinode.good.boxes"} {
		label := find(evaluate[[]box](b, "%s", boxes), "first", said)
		if label == nil || evaluate[string](b, `multinode.at(%f, %f).text`, label.X+9, label.Y+7) != said {
			t.Errorf("over its label in the run that %s it does not say so: %v", name, label)
		}
	}
	b.do(chromedp.Click(`#why li:last-child a`))
	b.wait(`document.querySelector("#then output").innerText === "1.200 s"`)
	rows := evaluate[[]string](b, `[...document.querySelectorAll("#then .beside")].map(r => [...r.querySelectorAll("td")].map(d => d.className).join(" "))`)
	if want := []string{"self up up ", "up self up ", "up up self "}; !slices.Equal(rows, want) {
		t.Errorf("the table says %q of the run that passed", rows)
	}
	b.show("#z=1.22,2&t=1.5")
	p := b.place(bad, 2, 1, 0)
	if n := evaluate[int](b, `probe.columns("first", 10, %d, %d, 8).length`, int(p.Y), int(p.Right)); n != 0 {
		t.Errorf("out of sight it is still marked: %d", n)
	}
}

// Frames are arrows in both runs or in none, and only the run that failed has the line of its failure.
func TestBothRunsAreDrawnInOneWay(t *testing.T) {
	bad, good := besides()
	good.Took = 4 * second // not over when the other one fails
	good.Frames = record.Frames{Fates: good.Frames.Fates, Kinds: good.Frames.Kinds}
	b := openBeside(t, bad, traffic(good, 3000, 2*ms, 2600*ms), 1280, 900, "#z=1.3,1.32&t=1.31")
	counts := func() [2]int {
		return evaluate[[2]int](b, `[multinode.arrows.length, multinode.good.arrows.length]`)
	}
	if few := counts(); few[0] == 0 || few[1] == 0 {
		t.Errorf("%v of a few frames are arrows", few)
	}
	b.show("#z=1.3,1.6&t=1.31")
	if many := counts(); many != [2]int{} {
		t.Errorf("%v are arrows though there are many in one run", many)
	}
	b.show("#z=all&t=1.31")
	p, q := b.place(bad, 0, 2, 2500*ms), b.goodPlace("a", "c", 2500*ms) // and what is below, before the lane of b
	for y, want := range map[float64]int{p.Y: 2, q.Y: 0} {
		if n := evaluate[int](b, `probe.columns("bad", %d, %d, 6, 28).length`, int(p.X)-3, int(y)); n != want {
			t.Errorf("the failure's line has %d columns at y=%.0f, and not %d", n, y, want)
		}
	}
}

func TestGKeyHidesTheRunThatPassed(t *testing.T) {
	bad, good := besides()
	b := openBeside(t, bad, good, 1280, 900, "#z=all")
	tall := func() int { return evaluate[int](b, `document.getElementById("lanes").height`) }
	both := tall()
	b.keys("g")
	alone := tall()
	if alone > both*2/3 || evaluate[bool](b, `multinode.good.shown || !!document.querySelector("#then .beside")`) {
		t.Errorf("without it the lanes are %d high, of %d", alone, both)
	}
	b.wait(`location.hash.includes("good=0")`)
	before := evaluate[string](b, `probe.shown()`)
	b.show(evaluate[string](b, `location.hash`))
	if after := evaluate[string](b, `probe.shown()`); after != before || tall() != alone {
		t.Errorf("its address shows\n%s\nand not\n%s", after, before)
	}
	b.do(chromedp.Click("#good-run"))
	b.wait(`multinode.good.shown && !location.hash.includes("good=") && document.getElementById("good-run").getAttribute("aria-pressed") === "true"`)
	if tall() != both {
		t.Errorf("with it again the lanes are %d high, and were %d", tall(), both)
	}
}

func TestWithoutARunThatPassedThereIsNone(t *testing.T) {
	bad, _ := besides()
	b := open(t, bad, 1280, 900, "")
	before := evaluate[int](b, `document.getElementById("lanes").height`)
	b.keys("g")
	if evaluate[bool](b, `multinode.good !== null || !!document.getElementById("good-run") || location.hash.includes("good")`) || before != evaluate[int](b, `document.getElementById("lanes").height`) {
		t.Error("there is something of it")
	}
}

// Both fold the same lines, show the same roles, and move as one.
func TestBothRunsMoveAsOne(t *testing.T) {
	bad, good := besides()
	b := openBeside(t, bad, good, 1280, 900, "#z=all&fold=1&r=b,c")
	for _, address := range []string{"#z=all&fold=1&r=b,c", "#z=all&fold=1"} {
		b.show(address)
		for _, role := range bad.Roles {
			for _, of := range bad.Roles {
				lines := evaluate[[2]bool](b, `[multinode.place(%[1]q, %[2]q, 0) !== null, multinode.good.place(%[1]q, %[2]q, 0) !== null]`, role, of)
				if lines[0] != lines[1] {
					t.Errorf("%s: %s of %s is shown in %v", address, of, role, lines)
				}
			}
		}
	}
	folded := evaluate[[][2]string](b, `multinode.folded`)
	if len(folded) == 0 || slices.Contains(folded, [2]string{"b", "c"}) {
		t.Errorf("what differs in the run that passed is folded, or nothing is: %v", folded)
	}
	p := b.goodPlace("c", "b", 500*ms)
	q := b.goodPlace("c", "b", 900*ms)
	x, y := b.corner("lanes")
	b.do(chromedp.DragAndDropXY(x+p.X, y+p.Y, x+q.X, y+p.Y, 5))
	b.wait(`multinode.view[0] > 0`)
	b.around("the begin", b.view()[0], 500*float64(ms), 400*float64(ms)/(q.X-p.X))
}

func lossy(t *testing.T) (bad, good *record.Record) {
	t.Helper()
	return recorded(t, "../../../testdata/lossy-failed"), recorded(t, "../../../testdata/lossy-passed")
}

func TestBothRunsFitAndPrint(t *testing.T) {
	folder := pictures(t)
	for name, pair := range map[string]func() (bad, good *record.Record){"beside": besides, "beside-lossy": func() (_, _ *record.Record) { return lossy(t) }} {
		bad, good := pair()
		b := openBeside(t, bad, good, 1280, 1100, "")
		for _, width := range []int64{1280, 800} {
			for _, theme := range []string{"light", "dark"} {
				b.do(chromedp.EmulateViewport(width, 1100))
				b.show("#theme=" + theme)
				if size := evaluate[[]int](b, `[document.documentElement.scrollWidth, innerWidth]`); size[0] > size[1] {
					t.Errorf("at %d the page is %d wide", width, size[0])
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
		pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
		if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); pages < 1 || pages >= 6 {
			t.Errorf("%s prints on %d pages", name, pages)
		}
	}
}

func TestManyFramesOfBothAreDrawnAtOnce(t *testing.T) {
	good := chaos(100_000)
	good.State, good.Failure, good.Summary, good.Seed = "passed", nil, nil, "8"
	b := blank(t, 1280, 800)
	size := b.writeBeside(chaos(100_000), good)
	opened := b.opened("#z=all")
	t.Logf("twice 100000 frames: %d bytes, drawn after %.0f ms, again in %.0f ms", size, opened, b.redrawn())
	if opened > 1000 {
		t.Errorf("twice 100000 frames are drawn after %.0f ms", opened)
	}
}

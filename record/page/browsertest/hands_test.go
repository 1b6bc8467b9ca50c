package browsertest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/7aca83c2/multinode/record"
)

func (b tab) view() [2]float64 { b.Helper(); return evaluate[[2]float64](b, `multinode.view`) }
func (b tab) cursor() float64  { b.Helper(); return evaluate[float64](b, `multinode.cursor`) }

// corner is where the canvas with that id begins in the window.
func (b tab) corner(id string) (x, y float64) {
	b.Helper()
	box := evaluate[[2]float64](b, `(() => { const box = document.getElementById(%q).getBoundingClientRect(); return [box.left, box.top]; })()`, id)
	return box[0], box[1]
}

// around fails the test unless two times are within so many pixels of each other, of what was in sight before.
func (b tab) around(what string, got, want, perPixel float64) {
	b.Helper()
	if math.Abs(got-want) > 3*perPixel {
		b.Errorf("%s is at %.0f µs, not at %.0f", what, got, want)
	}
}

func TestADragZoomsToWhatItMarks(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "")
	p, q := b.place(r, 0, 1, 500*ms), b.place(r, 0, 1, 900*ms)
	x, y := b.corner("lanes")
	b.do(chromedp.DragAndDropXY(x+p.X, y+p.Y, x+q.X, y+p.Y, 5))
	b.wait(`multinode.view[0] > 0`)
	perPixel := 400 * float64(ms) / (q.X - p.X)
	b.around("the begin", b.view()[0], 500*float64(ms), perPixel)
	b.around("the end", b.view()[1], 900*float64(ms), perPixel)
	b.wait(`location.hash.includes("z=0.")`)

	x, y = b.corner("over") // the window of the overview: move it to the right
	mid := (b.view()[0] + b.view()[1]) / 2
	whole := func(at float64) float64 { return x + p.Left + at/float64(r.Took)*(p.Right-p.Left) }
	before := b.view()
	b.do(chromedp.DragAndDropXY(whole(mid), y+20, whole(mid+float64(second)), y+20, 5))
	b.wait(`multinode.view[0] > %f`, before[0]+1)
	b.around("the begin, moved", b.view()[0], before[0]+float64(second), float64(r.Took)/(p.Right-p.Left))
	b.around("what is in sight", b.view()[1]-b.view()[0], before[1]-before[0], 1)
}

func TestKeys(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "")
	full := float64(r.Took)
	if b.cursor() != float64(r.Failure.At) || b.view() != [2]float64{0, full} {
		t.Errorf("the page opens at %v, with %v in sight", b.cursor(), b.view())
	}
	b.keys("p")
	before := b.cursor()
	if before >= float64(r.Failure.At) {
		t.Errorf("p goes to %v", before)
	}
	b.keys("n")
	if b.cursor() != float64(r.Failure.At) {
		t.Errorf("n goes to %v", b.cursor())
	}
	b.keys("p", "p", "f")
	if b.cursor() != float64(r.Failure.At) {
		t.Errorf("f goes to %v", b.cursor())
	}
	b.keys("+")
	zoomed := b.view()
	if w := zoomed[1] - zoomed[0]; math.Abs(w-.6*full) > 1 {
		t.Errorf("+ shows %v of %v", w, full)
	}
	b.keys(kb.ArrowLeft)
	if moved := b.view(); moved[0] >= zoomed[0] || math.Abs(moved[1]-moved[0]-(zoomed[1]-zoomed[0])) > 1 {
		t.Errorf("left goes from %v to %v", zoomed, moved)
	}
	b.keys(kb.ArrowRight)
	if moved := b.view(); math.Abs(moved[0]-zoomed[0]) > 1 {
		t.Errorf("right does not undo left: %v, %v", zoomed, moved)
	}
	b.keys("-", "+", "0")
	if b.view() != [2]float64{0, full} {
		t.Errorf("0 shows %v", b.view())
	}
	b.keys("?")
	b.wait(`document.getElementById("help").open`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.wait(`!document.getElementById("help").open`)
	before = b.cursor()
	b.do(chromedp.Focus("#filter"))
	b.keys("p", "0")
	if b.cursor() != before || evaluate[string](b, `document.getElementById("filter").value`) != "p0" {
		t.Error("keys for the filter do something else")
	}
}

func TestDKeyTurnsThePageDark(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "#theme=light")
	first := firstUnreachable(t, r)
	p := b.place(r, first.role, first.of, first.from)
	background := func() (string, int) {
		return evaluate[string](b, `getComputedStyle(document.body).backgroundColor`), evaluate[int](b, `probe.columns("unreachable", %d, %d, 60, %d).length`, int(p.X)+20, int(p.Y), int(p.Height))
	}
	light, painted := background()
	b.keys("d")
	b.wait(`document.documentElement.dataset.theme === "dark"`)
	dark, repainted := background()
	if light != "rgb(255, 255, 255)" || dark == light || painted == 0 || repainted == 0 {
		t.Errorf("the page is %s, then %s; %d and %d columns of it are unreachable", light, dark, painted, repainted)
	}
	b.wait(`location.hash.includes("theme=dark")`)
}

func firstUnreachable(t *testing.T, r *record.Record) belief {
	t.Helper()
	for _, is := range beliefs(r) {
		if is.value == "unreachable" {
			return is
		}
	}
	t.Fatal("nobody is unreachable")
	return belief{}
}

func TestWheelZoomsOnlyWithCtrl(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "")
	p := b.place(r, 0, 1, second)
	x, y := b.corner("lanes")
	wheel := func(modifiers int64) {
		t.Helper()
		e := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x + p.X, Y: y + p.Y, DeltaX: .01, DeltaY: -120, Modifiers: modifiers}
		if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, e); err != nil {
			t.Fatal(err)
		}
		evaluate[bool](b, `probe.painted()`)
	}
	wheel(0)
	if b.view() != [2]float64{0, float64(r.Took)} {
		t.Error("the wheel alone zooms")
	}
	wheel(2)
	b.wait(`multinode.view[0] > 0`)
	b.around("what was under the pointer", b.view()[0]+(p.X-p.Left)/(p.Right-p.Left)*(b.view()[1]-b.view()[0]), float64(second), float64(r.Took)/(p.Right-p.Left))
}

func TestFingersMoveAndTap(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 800, 800, "#z=1,2&t=1.5")
	p := b.place(r, 0, 1, 1500*ms)
	x, y := b.corner("lanes")
	touch := func(kind input.DispatchTouchEventType, at ...float64) {
		t.Helper()
		e := input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{}}
		for _, px := range at {
			e.TouchPoints = append(e.TouchPoints, &input.TouchPoint{X: x + px, Y: y + p.Y})
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, e); err != nil {
			t.Fatal(err)
		}
	}
	touch(input.DispatchTouchEventTypeTouchStart, p.X)
	for step := range 6 {
		touch(input.DispatchTouchEventTypeTouchMove, p.X-float64(20*step))
	}
	touch(input.DispatchTouchEventTypeTouchEnd)
	b.wait(`multinode.view[0] > 1e6`)
	b.around("the begin", b.view()[0], 1e6+100*1e6/(p.Right-p.Left), 1e6/(p.Right-p.Left)*3)
	before := b.cursor()
	touch(input.DispatchTouchEventTypeTouchStart, p.X+50)
	touch(input.DispatchTouchEventTypeTouchEnd)
	b.wait(`multinode.cursor !== %f`, before)
	b.around("the cursor", b.cursor(), b.view()[0]+(p.X+50-p.Left)/(p.Right-p.Left)*1e6, 1e6/(p.Right-p.Left))
}

// Whoever gets the address of a page sees what the one who sent it saw.
func TestAnAddressOpensTheSame(t *testing.T) {
	r := recorded(t, "nine")
	b := open(t, r, 1280, 900, "")
	b.keys("p", "+", "+", "d", "o")
	b.do(chromedp.Click(`#roles button:nth-child(3)`))
	b.wait(`location.hash.includes("r=a,b,d") && location.hash.includes("theme=")`)
	address, shown := evaluate[string](b, `location.hash`), evaluate[string](b, `probe.shown()`)
	again := open(t, r, 1280, 900, address)
	if got := evaluate[string](again, `probe.shown()`); got != shown {
		t.Errorf("at %s the page shows\n%s\nand not\n%s", address, got, shown)
	}
	if fresh := open(t, r, 1280, 900, ""); evaluate[string](fresh, `probe.shown()`) == shown {
		t.Error("it shows the same without an address")
	}
	evaluate[string](again, `location.hash = "#t=0.5&z=0.2,0.9"`)
	again.wait(`multinode.cursor === 5e5 && multinode.view[0] === 2e5 && multinode.view[1] === 9e5`)
}

func TestAnAddressThatMakesNoSenseIsForgiven(t *testing.T) {
	r := recorded(t, "partition")
	for _, address := range []string{"#t=NaN&z=3,1&r=nobody,%&theme=pink&fold=7", "#t=-5&z=,", "#t=1e99", "#&&=&z=all&t"} {
		b := open(t, r, 1280, 800, address)
		if v := b.view(); v != [2]float64{0, float64(r.Took)} || b.cursor() < 0 || b.cursor() > float64(r.Took) {
			t.Errorf("%s: the cursor is at %v, and %v in sight", address, b.cursor(), v)
		}
	}
}

func TestRolesAndFilterSiftTheLog(t *testing.T) {
	r := recorded(t, "partition")
	b := open(t, r, 1280, 800, "")
	rows := func() []string {
		return strings.Split(strings.TrimSpace(evaluate[string](b, `[...document.querySelectorAll("#rows div")].map(d => d.querySelector("b").textContent+" "+d.querySelector("span").textContent).join("\n")`)), "\n")
	}
	total, want := len(rows()), 0
	for _, l := range r.Log {
		if strings.Contains(strings.ToLower(l.Text), "info leader is") {
			want++
		}
	}
	b.do(chromedp.Focus("#filter"), chromedp.KeyEvent("info LEADER is"))
	b.wait(`document.querySelectorAll("#rows div").length < %d`, total)
	if got := rows(); len(got) != want || want == 0 {
		t.Errorf("%d lines have it, and %d are shown:\n%s", want, len(got), strings.Join(got, "\n"))
	}
	b.do(chromedp.KeyEvent(kb.Escape))
	b.wait(`document.querySelectorAll("#rows div").length === %d`, total)
	b.do(chromedp.Click(`#roles button:first-child`))
	b.wait(`document.querySelectorAll("#rows div").length < %d`, total)
	for _, row := range rows() {
		if strings.HasPrefix(row, r.Roles[0]+" ") {
			t.Errorf("without %s there is still: %s", r.Roles[0], row)
		}
	}
	if evaluate[bool](b, `multinode.place(%s, %s, 0) !== null`, quoted(r.Roles[0]), quoted(r.Roles[1])) {
		t.Errorf("%s still has a lane", r.Roles[0])
	}
}

// Folded are exactly the lines that are as most, without a fault and without a loss.
func TestOnlyWhatDiffers(t *testing.T) {
	one := base("one sees another otherwise than two do", second, "a", "b", "c", "d")
	one.Views = append(one.Views, view(one, 500*ms, 0, 0, 2))
	tie := base("one sees another otherwise than the third does", second, "a", "b", "c")
	tie.Views = append(tie.Views, view(tie, 500*ms, 0, 0, 2))
	for name, r := range map[string]*record.Record{"partition": recorded(t, "partition"), "one": one, "tie": tie} {
		t.Run(name, func(t *testing.T) {
			b := open(t, r, 1280, 800, "#z=all")
			if n := evaluate[int](b, `multinode.folded.length`); n != 0 {
				t.Fatalf("%d lines are folded at first", n)
			}
			kept := touched(r)
			switch name {
			case "one":
				kept[[2]int{0, 2}] = true
			case "tie":
				kept[[2]int{0, 2}], kept[[2]int{1, 2}] = true, true
			}
			b.keys("o")
			b.wait(`multinode.folded.length > 0`)
			for role := range r.Roles {
				for of := range r.Roles {
					shown := evaluate[bool](b, `multinode.place(%s, %s, 0) !== null`, quoted(r.Roles[role]), quoted(r.Roles[of]))
					if shown != kept[[2]int{role, of}] {
						t.Errorf("%s of %s is shown: %v", r.Roles[role], r.Roles[of], shown)
					}
				}
			}
			n := len(r.Roles) * len(r.Roles)
			if said, want := evaluate[string](b, `document.getElementById("fold").innerText`), fmt.Sprintf("%d of %d lines folded", n-len(kept), n); !strings.Contains(said, want) {
				t.Errorf("it says %q, not %q", said, want)
			}
			b.wait(`location.hash.includes("fold=1")`)
			b.keys("o")
			b.wait(`multinode.folded.length === 0`)
		})
	}
}

// touched are the lines to which something happened: a fault, a loss or, to a role itself, a restart.
func touched(r *record.Record) map[[2]int]bool {
	kept := map[[2]int]bool{}
	for _, f := range r.Faults {
		for _, l := range f.Links {
			kept[[2]int{l.To, l.From}] = true
		}
	}
	for link, lost := range framesOfLinks(r)["lost"] {
		if len(lost) > 0 {
			kept[[2]int{link % len(r.Roles), link / len(r.Roles)}] = true
		}
	}
	for _, l := range r.Lives {
		if l.Incarnation > 1 {
			kept[[2]int{l.Role, l.Role}] = true
		}
	}
	return kept
}

// The table says what the lanes say at the cursor.
func TestTheTableIsOfTheCursor(t *testing.T) {
	r := recorded(t, "partition")
	first := firstUnreachable(t, r)
	b := open(t, r, 1280, 800, "")
	cell := fmt.Sprintf(`document.querySelector("#then tbody tr:nth-child(%d) td:nth-child(%d)")`, first.role+1, first.of+2)
	if class := evaluate[string](b, "%s.className", cell); class != "unreachable cut silent" {
		t.Errorf("at the failure it is %q", class)
	}
	evaluate[string](b, `location.hash = "#t=%f"`, float64(first.from-ms)/1e6)
	b.wait(`%s.className.startsWith("up cut")`, cell)
	if title := evaluate[string](b, "%s.title", cell); !strings.HasPrefix(title, fmt.Sprintf("%s sees %s: up, since ", r.Roles[first.role], r.Roles[first.of])) {
		t.Errorf("of it the table says %q", title)
	}
}

func TestStacksAreFoldedAndWhole(t *testing.T) {
	r := crashed()
	b := open(t, r, 1280, 800, "")
	if evaluate[bool](b, `document.getElementById("stalls").checkVisibility()`) {
		t.Error("the stacks are not folded")
	}
	all := evaluate[string](b, `document.getElementById("stalls").textContent`)
	for _, s := range r.Stalls {
		if !strings.Contains(all, "When "+s.What+" timed out") {
			t.Errorf("what has timed out is not said: %s", all)
		}
		for _, g := range s.Where {
			if !strings.Contains(all, g.Stack) {
				t.Errorf("there is no stack %q", g.Stack)
			}
		}
	}
	if !strings.Contains(all, "14 goroutines of a and c") {
		t.Errorf("whose they are is not said: %s", all)
	}
}

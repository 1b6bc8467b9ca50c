package browsertest

import (
	"testing"
)

// opened returns the milliseconds from the begin of the script to when all was drawn, of the best of three times:
// the machine may be busy with others.
func (b tab) opened(address string) float64 {
	b.Helper()
	best := 1e9
	for range 3 {
		b.show(address)
		best = min(best, evaluate[float64](b, `+document.documentElement.dataset.drawnMs`))
	}
	return best
}

// redrawn returns the milliseconds that it takes to draw everything once more, the median of nine times.
func (b tab) redrawn() float64 {
	b.Helper()
	return evaluate[float64](b, `(async () => {
		const all = [];
		for (const key of "+-+-+-+-0") {
			const began = performance.now();
			document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
			await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
			all.push(performance.now()-began);
		}
		return all.sort((a, b) => a-b)[4];
	})()`)
}

func TestManyFramesAreDrawnAtOnce(t *testing.T) {
	b := blank(t, 1280, 800)
	size := b.write(chaos(160_000))
	opened := b.opened("#z=all")
	redrawn := b.redrawn()
	t.Logf("160000 frames: %d bytes, drawn after %.0f ms, again in %.0f ms", size, opened, redrawn)
	if n := evaluate[int](b, `multinode.record.frames.sent.length`); n != 160_000 {
		t.Errorf("the page has %d frames", n)
	}
	if opened > 1000 {
		t.Errorf("160000 frames are drawn after %.0f ms", opened)
	}
	if redrawn > 200 {
		t.Errorf("160000 frames are drawn again in %.0f ms, too slow to drag", redrawn)
	}
}

// How a page grows with its frames: the figures are in the log, and must not explode.
func TestSizesAndTimes(t *testing.T) {
	for _, frames := range []int{1000, 10_000, 100_000} {
		b := blank(t, 1280, 800)
		size := b.write(chaos(frames))
		opened := b.opened("#z=all")
		t.Logf("%6d frames: %7d bytes, drawn after %3.0f ms, again in %3.0f ms", frames, size, opened, b.redrawn())
		if limit := 200_000 + 8*frames; size > limit {
			t.Errorf("%d frames: the page has %d bytes, more than %d", frames, size, limit)
		}
	}
}

package replay

import (
	"fmt"
	"hash/maphash"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Record is the frames of one run, in the order of delivery. The zero Record is empty. It is for one goroutine.
type Record struct {
	// Whole has the Record keep each frame, for Differ. It is set before the first.
	Whole bool

	sum    uint64
	count  int
	last   time.Duration // when the last one was
	frames []frame
}

type frame struct {
	at   time.Duration // from the beginning of the run
	link transport.Link
	size int
	sum  uint64 // of all frames up to this one
}

// seed is that of all Records of this process.
var seed = maphash.MakeSeed()

// Add adds a frame that was delivered at that time of the run.
func (r *Record) Add(at time.Duration, f transport.Frame) {
	type sums struct{ before, at, from, to, payload uint64 }
	r.sum = maphash.Comparable(seed, sums{
		r.sum, uint64(at), maphash.String(seed, string(f.Link.From)), maphash.String(seed, string(f.Link.To)), maphash.Bytes(seed, f.Payload),
	})
	r.count++
	r.last = at
	if r.Whole {
		r.frames = append(r.frames, frame{at, f.Link, len(f.Payload), r.sum})
	}
}

// Count returns how many frames there were.
func (r *Record) Count() int { return r.count }

// Length returns when the last frame was delivered, from the beginning of the run.
func (r *Record) Length() time.Duration { return r.last }

// Sum returns a number that two Records of this process have in common only if their frames are the same.
func (r *Record) Sum() uint64 { return r.sum }

// Differ says which frame is the first that two whole Records do not have in common, or returns "".
func Differ(first, second *Record) string {
	for i := range max(len(first.frames), len(second.frames)) {
		a, b := first.at(i), second.at(i)
		if a != b {
			return fmt.Sprintf("frame %d differs\n  first   %s\n  second  %s", i+1, a, b)
		}
	}
	return ""
}

// at returns a frame, or a zero one behind the last.
func (r *Record) at(i int) frame {
	if i < len(r.frames) {
		return r.frames[i]
	}
	return frame{}
}

// String returns one line.
func (f frame) String() string {
	if f == (frame{}) {
		return "none: it had ended"
	}
	return fmt.Sprintf("%v  %s  %d bytes, sum %x", f.at, f.link, f.size, f.sum)
}

// Tally counts runs. The zero Tally has none.
type Tally struct {
	Runs   int
	Frames int // of all runs
	Faults int // that a Nemesis has drawn in them

	began time.Time // in real time
	told  time.Time // when News last had some
	sums  map[uint64]bool
}

// Begin notes when the first run begins.
func (t *Tally) Begin(now time.Time) {
	if t.began.IsZero() {
		t.began, t.told = now, now
	}
}

// News returns Line if there was none for ten seconds, or else "".
func (t *Tally) News(now time.Time) string {
	if now.Sub(t.told) < 10*time.Second {
		return ""
	}
	t.told = now
	return t.Line(now)
}

// Add counts a run, in which a Nemesis has drawn that many faults.
func (t *Tally) Add(r *Record, faults int) {
	if t.sums == nil {
		t.sums = map[uint64]bool{}
	}
	t.Runs++
	t.Frames += r.Count()
	t.Faults += faults
	t.sums[r.Sum()] = true
}

// Line says how many runs there were until now, and how many of them were different.
func (t *Tally) Line(now time.Time) string {
	rate := float64(t.Runs) / max(now.Sub(t.began).Seconds(), 1e-9)
	faults := ""
	if t.Faults > 0 {
		faults = fmt.Sprintf("%d faults, ", t.Faults)
	}
	return fmt.Sprintf("%d seeds, %d different interleavings, %s%d frames, %.0f seeds a second", t.Runs, len(t.sums), faults, t.Frames, rate)
}

package transport

import "testing"

// use fills a batch with n bytes and empties it.
func use(b *Batch, n int) {
	payload := make([]byte, 1<<10)
	for len(b.buf) < n {
		b.add("a", payload)
	}
	b.reset()
}

func TestBatchKeepsItsMemoryInAStream(t *testing.T) {
	var b Batch
	use(&b, 16<<20)
	if got := testing.AllocsPerRun(10, func() {
		use(&b, 16<<20)
		for range 50 {
			use(&b, 1)
		}
	}); got > 0 {
		t.Errorf("a stream makes %v allocations per burst, want none", got)
	}
}

func TestBatchGivesUpWhatABurstNeeded(t *testing.T) {
	var b Batch
	use(&b, 16<<20)
	for range wasteful {
		use(&b, 1)
	}
	if cap(b.buf) > keepAlways {
		t.Errorf("keeps %d bytes after %d uses that needed few", cap(b.buf), wasteful)
	}
}

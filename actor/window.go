package actor

import "time"

// A window says how many bytes of chunks may be under way to a node. It follows LEDBAT (RFC
// 6817): it grows while frames pass quickly, and shrinks once they have to queue somewhere,
// long before a queue is full. So what else goes to the node, heartbeats first of all, waits
// behind 50 ms of chunks and not behind all of them.
type window struct {
	size      float64 // bytes
	threshold float64 // the window doubles each round trip up to here; 0: up to the first sign of a queue
	slow      bool    // it does
	inFlight  int     // bytes

	base      time.Duration    // the shortest round trip: what it takes without a queue; 0: not known
	recent    [4]time.Duration // the last ones (CURRENT_FILTER)
	samples   int
	srtt, dev time.Duration // smoothed round trip and its deviation (RFC 6298)
	backoff   uint          // timeouts since the last acknowledgement
}

const (
	chunkBody = 4 << 10 // bytes of a message in a chunk: 64 ms at 64 kB/s

	queueTarget = 50 * time.Millisecond // half of the most that RFC 6817 allows

	// The window begins with two chunks, and never gets smaller. It never gets larger than
	// what the largest frame needs.
	leastWindow = 2 * chunkBody
	mostWindow  = 16 << 20

	// The timeout is RFC 6298's, but for the bounds: acknowledgements are not held back,
	// other than by a frame that was lost on either way, and a link that is mended should soon
	// carry something. What is sent in vain is two chunks. The least is added to the round
	// trip, as Linux does: one that does not vary is longer when another frame comes between.
	leastTimeout = 20*time.Millisecond + 2*reorderWait
	mostTimeout  = 500 * time.Millisecond // and the first one
)

func newWindow() window { return window{size: leastWindow, slow: true} }

// hasRoom reports whether so many bytes may be sent.
func (w *window) hasRoom(bytes int) bool { return w.inFlight+bytes <= int(w.size) }

// acknowledged takes note that bytes have arrived, in a round trip of that time.
func (w *window) acknowledged(bytes int, took time.Duration) {
	w.measure(took)
	full := w.inFlight+bytes >= int(w.size)/2 // RFC 6817: only what is used may grow
	off := 1 - float64(w.queueing())/float64(queueTarget)
	if w.slow && off > 0.5 && (w.threshold == 0 || w.size < w.threshold) {
		if full {
			w.size += float64(bytes)
		}
	} else {
		w.slow = false
		if off < 0 || full {
			w.size += max(off, -1) * float64(bytes) * chunkBody / w.size
		}
	}
	w.size = min(max(w.size, leastWindow), mostWindow)
}

func (w *window) measure(took time.Duration) {
	took = max(took, 1)
	w.recent[w.samples%len(w.recent)] = took
	w.samples++
	if w.base == 0 || took < w.base {
		w.base = took
	}
	if w.srtt == 0 {
		w.srtt, w.dev = took, took/2
	} else {
		w.dev += ((took - w.srtt).Abs() - w.dev) / 4
		w.srtt += (took - w.srtt) / 8
	}
	w.backoff = 0
}

// queueing returns how long frames queue.
func (w *window) queueing() time.Duration {
	least := w.recent[0]
	for _, took := range w.recent[:min(w.samples, len(w.recent))] {
		least = min(least, took)
	}
	return least - w.base
}

// lost halves the window.
func (w *window) lost() {
	w.size = max(w.size/2, leastWindow)
	w.slow, w.threshold = false, w.size
}

// timedOut begins again with the least window.
func (w *window) timedOut() {
	if w.srtt > 0 { // otherwise the first round trip may only take that long
		w.threshold = max(w.size/2, leastWindow)
	}
	w.size, w.slow = leastWindow, true
	w.backoff++
}

// timeout returns how long to wait for an acknowledgement.
func (w *window) timeout() time.Duration {
	if w.srtt == 0 {
		return mostTimeout
	}
	// A round trip of more than the bound is no reason to send more than needed.
	most := max(mostTimeout, 2*w.srtt)
	return min((w.srtt+max(4*w.dev, leastTimeout))<<min(w.backoff, 8), most)
}

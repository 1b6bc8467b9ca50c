package netconn

import (
	"math"
	"time"
)

const (
	// minData is the least that segments are cut to, in bytes: a packet of Ethernet.
	minData = 1448
	// minCongestionWindow is what may always be under way, in bytes.
	minCongestionWindow = 2 * minData
	// firstRate is the rate, in bytes a second, that a path is trusted to bear before
	// anything is known of it.
	firstRate = 10e6
	// maxFirstWindow bounds what is sent so, in bytes.
	maxFirstWindow = 256 << 10
)

// RFC 9438: 4.6, 5 and 4.3, the latter for bytes.
const (
	cubicBeta = 0.7
	cubicC    = 0.4 * minData
	renoGain  = 3 * (1 - cubicBeta) / (1 + cubicBeta)
)

// congestion bounds what may be under way: slow start and CUBIC (RFC 5681, 9438). A loss
// shrinks the window only if there is a sign that a queue has overflowed: round trips grew,
// or most is lost. A link that loses at random costs no speed.
type congestion struct {
	window    float64 // bytes
	threshold float64 // up to which slow start goes
	limited   bool    // more would be under way without it

	peak  float64       // the window when it last shrank
	reno  float64       // what it would be with RFC 5681
	began time.Duration // this time of growth; 0 if it has not begun
	k     float64       // after how many seconds it is at the peak again

	until  uint64 // losses of flights up to this order have been answered
	undo   congestionUndo
	now    share // of this round
	before share // of the one before
	round  uint64
}

// share is what became of the bytes of a round trip.
type share struct{ arrived, lost, segments int }

// congestionUndo is what to go back to if all losses that shrank the window were none.
type congestionUndo struct {
	window, threshold float64
	judged, mistaken  int // flights
}

func (c *congestion) begin() {
	*c = congestion{window: firstWindow(0), threshold: math.Inf(1)}
}

// open sets the initial window once a round trip is known: it costs a path that is long more
// to find out what it bears, and so more is risked.
func (c *congestion) open(rtt time.Duration) {
	c.window = firstWindow(rtt)
}

// firstWindow is at least what RFC 6928 has, in bytes.
func firstWindow(rtt time.Duration) float64 {
	return min(max(10*minData, firstRate*rtt.Seconds()), maxFirstWindow)
}

// arrive takes note of bytes that have arrived, of a flight of that order, and lets the window grow.
func (c *congestion) arrive(bytes int, arrived, sent uint64, now, rtt time.Duration) {
	if arrived >= c.round {
		c.before, c.now, c.round = c.now, share{}, sent
	}
	c.now.arrived += bytes
	switch {
	case !c.limited:
		c.began = 0
	case arrived <= c.until: // what was sent before it shrank says nothing
	case c.window < c.threshold:
		c.window += float64(bytes)
	default:
		c.avoid(float64(bytes), now, rtt)
	}
}

// avoid grows the window by RFC 9438, 4.
func (c *congestion) avoid(bytes float64, now, rtt time.Duration) {
	if c.began == 0 {
		c.began, c.reno, c.peak = now, c.window, max(c.peak, c.window)
		c.k = math.Cbrt((c.peak - c.window) / cubicC)
	}
	t := (now - c.began + rtt).Seconds() - c.k
	target := min(max(c.peak+cubicC*t*t*t, c.window), 1.5*c.window)
	c.reno += renoGain * minData * bytes / c.window
	c.window = max(c.window+(target-c.window)*bytes/c.window, c.reno)
}

// lose takes note of flights that are taken for lost, the last of which has that order.
// queueing says that a queue has built up, timeouts how many passed in vain before.
func (c *congestion) lose(bytes, segments int, order, sent uint64, queueing bool, timeouts uint) {
	c.now.lost += bytes
	c.now.segments += segments
	if order <= c.until {
		c.undo.judged += segments
		return
	}
	lost, all := c.now.lost+c.before.lost, c.now.arrived+c.before.arrived+c.now.lost+c.before.lost
	most := c.now.segments+c.before.segments >= 8 && lost > all/2
	if !queueing && !most && timeouts < 2 {
		return
	}
	c.undo = congestionUndo{c.window, c.threshold, segments, 0}
	c.until, c.began = sent, 0
	c.peak, c.threshold = c.window, c.window
	if queueing || most {
		c.threshold *= cubicBeta
	}
	if most { // what arrived is what the path bears
		c.threshold = min(c.threshold, float64(all-lost))
	}
	c.threshold = max(c.threshold, minCongestionWindow)
	c.window = c.threshold
	if timeouts >= 2 { // the path may be another now (RFC 5681, 3.1)
		c.window = minCongestionWindow
	}
}

// mistake takes note that a flight that was taken for lost has arrived after all.
func (c *congestion) mistake(born uint64) {
	c.now.lost, c.now.segments = 0, 0
	if u := &c.undo; u.window > 0 && born <= c.until {
		if u.mistaken++; u.mistaken >= u.judged { // RFC 4015
			c.window, c.threshold = max(c.window, u.window), max(c.threshold, u.threshold)
			c.undo, c.began = congestionUndo{}, 0
		}
	}
}

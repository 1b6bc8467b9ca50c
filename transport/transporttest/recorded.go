package transporttest

import "github.com/7aca83c2/multinode/transport"

// recorded fails the test unless what the Switch has recorded of the frames is as many as it has counted.
func (w *world) recorded() {
	r := w.sw.Recorded()
	delivered, lost := make([]uint64, len(r.Links)), make([]uint64, len(r.Links))
	for _, f := range r.Frames {
		switch f.Outcome {
		case transport.Delivered:
			delivered[f.Link]++
		case transport.Lost:
			lost[f.Link]++
		}
	}
	for i, l := range r.Links {
		for _, b := range l.Buckets {
			delivered[i] += b.Delivered
			lost[i] += b.Lost
		}
		var dropped uint64
		for _, d := range l.Dropped {
			dropped += d.Frames
		}
		if delivered[i] != l.Frames-uint64(l.Queued) || lost[i] != dropped {
			w.Errorf("%v: %d recorded as delivered, %d as lost, %d queued; counted:%s", l.Link, delivered[i], lost[i], l.Queued, w.counted())
		}
	}
}

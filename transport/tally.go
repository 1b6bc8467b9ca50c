package transport

import (
	"cmp"
	"slices"
	"time"
)

// tally is what a recorder knows of a lane besides the records in its ring.
type tally struct {
	index   uint32   // of the lane
	buckets []bucket // of the frames whose records were evicted, by time
	queued  uint64   // so many of these are still in the queue, and counted as delivered

	// Frames that were given up after they had left the queue and not found in the ring are owed: so many
	// that are delivered, in the ring or the buckets, are not.
	owed     uint64
	owedFate uint16

	walked, walkedAt uint64 // down to which record gaveUp has looked, and what was the queue's first one then
}

// bucket counts frames by when they were sent: from at on, for a width.
type bucket struct {
	at              time.Duration
	delivered, lost uint32
}

// evict counts the frame of a record that is to be overwritten.
func (r *recorder) evict(e *record) {
	ln := r.lanes[e.lane]
	t, b := &ln.tally, r.bucket(ln, e.sent)
	r.complete = max(r.complete, e.sent+1)
	switch {
	case e.fate >= fateLost:
		b.lost++
	case e.fate == fateDelivered && t.owed > 0:
		b.lost++
		t.owed--
	case e.fate == fateWaiting:
		b.delivered++
		t.queued++
	default:
		b.delivered++
	}
}

// bucket returns the bucket of a lane for a time.
func (r *recorder) bucket(ln *lane, sent time.Duration) *bucket {
	all := ln.tally.buckets
	if n := len(all); n > 0 {
		if last := &all[n-1]; sent >= last.at && sent < last.at+r.width {
			return last
		}
	}
	if r.buckets >= r.recording.buckets+4*len(r.lanes) {
		r.coarsen()
	}
	i, found := find(ln.tally.buckets, sent-sent%r.width)
	if !found {
		ln.tally.buckets = slices.Insert(ln.tally.buckets, i, bucket{at: sent - sent%r.width})
		r.buckets++
	}
	return &ln.tally.buckets[i]
}

func find(all []bucket, at time.Duration) (i int, found bool) {
	return slices.BinarySearchFunc(all, at, func(b bucket, at time.Duration) int { return cmp.Compare(b.at, at) })
}

// coarsen makes the buckets wider until there are half as many as there may be.
func (r *recorder) coarsen() {
	for most := (r.recording.buckets + 4*len(r.lanes)) / 2; r.buckets > most; {
		r.width *= 2
		r.buckets = 0
		for _, ln := range r.lanes {
			ln.tally.buckets = merged(ln.tally.buckets, r.width)
			r.buckets += len(ln.tally.buckets)
		}
	}
}

// merged makes buckets as wide as that, in place.
func merged(all []bucket, width time.Duration) []bucket {
	wide := all[:0]
	for _, b := range all {
		b.at -= b.at % width
		if n := len(wide); n > 0 && wide[n-1].at == b.at {
			wide[n-1].delivered += b.delivered
			wide[n-1].lost += b.lost
		} else {
			wide = append(wide, b)
		}
	}
	return wide
}

// move takes frames from those that are counted as delivered, the latest first, and counts them as lost
// if they are. It returns how many it has not found.
func move(all []bucket, frames uint64, areLost bool) (missing uint64) {
	for i := len(all) - 1; i >= 0 && frames > 0; i-- {
		n := min(frames, uint64(all[i].delivered))
		frames -= n
		all[i].delivered -= uint32(n)
		if areLost {
			all[i].lost += uint32(n)
		}
	}
	return frames
}

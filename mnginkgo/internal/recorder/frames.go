package recorder

import (
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/transport"
)

// dictionary numbers texts in the order in which they come.
type dictionary struct {
	texts []string
	index map[string]int
}

func newDictionary(first ...string) *dictionary {
	d := &dictionary{index: map[string]int{}}
	for _, text := range first {
		d.number(text)
	}
	return d
}

func (d *dictionary) number(text string) int {
	i, known := d.index[text]
	if !known {
		i = len(d.texts)
		d.index[text] = i
		d.texts = append(d.texts, text)
	}
	return i
}

// frames puts the frames between roles into their columns, and the counts of those that were not kept.
func (w *writer) frames() {
	all, f := w.from.Stage.Frames, &w.Frames
	shift := all.Began.Sub(w.Began).Microseconds()
	link := make([]int, len(all.Links)) // of the record; -1 if it is between none
	for i, l := range all.Links {
		link[i] = w.link(l.Link)
	}
	fates, kinds := newDictionary("delivered", "waiting"), newDictionary("")
	last := int64(0)
	for _, frame := range all.Frames {
		if link[frame.Link] < 0 {
			continue
		}
		sent, took, fate := frame.Sent.Microseconds()+shift, int64(-1), record.Delivered
		if frame.Outcome != transport.Waiting {
			took = (frame.Ended - frame.Sent).Microseconds()
		}
		switch frame.Outcome {
		case transport.Waiting:
			fate = record.Waiting
		case transport.Lost:
			fate = fates.number(frame.Reason)
		}
		f.Sent, f.Took = append(f.Sent, sent-last), append(f.Took, took)
		f.Link, f.Bytes, f.Fate = append(f.Link, link[frame.Link]), append(f.Bytes, frame.Bytes), append(f.Fate, fate)
		f.Kind = append(f.Kind, kinds.number(w.from.Kind(all.Links[frame.Link].Link, frame.Prefix)))
		last = sent
	}
	f.Fates, f.Kinds = fates.texts, kinds.texts
	if len(f.Kinds) == 1 {
		f.Kind, f.Kinds = nil, nil
	}
	w.links(all, link, shift)
	if all.Complete > 0 {
		w.LeftOut.Before = all.Complete.Microseconds() + shift
	}
}

// link returns the number of a link between roles, or -1.
func (w *writer) link(l transport.Link) int {
	from, to := w.indexOf(w.from.Roles.At(l.From)), w.indexOf(w.from.Roles.At(l.To))
	if from < 0 || to < 0 {
		return -1
	}
	return from*len(w.Roles) + to
}

// links adds up what the links between roles have carried: those of nodes, and of their Networks.
func (w *writer) links(all transport.Recording, number []int, shift int64) {
	sums := map[int]*record.Link{}
	for i, l := range all.Links {
		n := number[i]
		if n < 0 {
			continue
		}
		sum := sums[n]
		if sum == nil {
			sum = &record.Link{From: n / len(w.Roles), To: n % len(w.Roles)}
			sums[n] = sum
		}
		sum.Delivered += l.Frames - uint64(l.Queued)
		sum.Waiting += l.Held + l.Delayed + l.Queued + l.UnderWay
		for reason, d := range l.Dropped {
			if sum.Dropped == nil {
				sum.Dropped = map[string]uint64{}
			}
			sum.Dropped[reason] += d.Frames
		}
		for _, b := range l.Buckets {
			w.LeftOut.Frames += b.Delivered + b.Lost
			w.LeftOut.Buckets = append(w.LeftOut.Buckets, record.Bucket{
				At: max(0, b.At.Microseconds()+shift), Width: b.Width.Microseconds(), Link: n, Delivered: b.Delivered, Lost: b.Lost,
			})
		}
	}
	for _, n := range slices.Sorted(maps.Keys(sums)) {
		w.Links = append(w.Links, *sums[n])
	}
}

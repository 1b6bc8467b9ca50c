package record

import "iter"

// Frame is one of Frames.
type Frame struct {
	Sent     int64
	End      int64 // when it arrived or was lost; -1 while it waits
	From, To int
	Bytes    int
	Fate     int    // Delivered, Waiting, or more if it was lost
	Reason   string // the fate in words
	Kind     string // "" if it is not known
}

// Lost reports whether the frame was lost.
func (f Frame) Lost() bool { return f.Fate > Waiting }

// EachFrame returns the frames that were kept, in order of sending. It passes over those of no link of the roles'.
func (r *Record) EachFrame() iter.Seq[Frame] {
	return func(yield func(Frame) bool) {
		f, n, at := r.Frames, len(r.Roles), int64(0)
		for i := range min(len(f.Sent), len(f.Took), len(f.Link), len(f.Bytes), len(f.Fate)) {
			at += f.Sent[i]
			link := f.Link[i]
			if link < 0 || link >= n*n {
				continue
			}
			frame := Frame{Sent: at, End: -1, From: link / n, To: link % n, Bytes: f.Bytes[i], Fate: f.Fate[i], Reason: text(f.Fates, f.Fate[i])}
			if frame.Fate != Waiting {
				frame.End = at + max(f.Took[i], 0)
			}
			if i < len(f.Kind) {
				frame.Kind = text(f.Kinds, f.Kind[i])
			}
			if !yield(frame) {
				return
			}
		}
	}
}

// text returns that of a number, or "" if there is none.
func text(texts []string, i int) string {
	if i < 0 || i >= len(texts) {
		return ""
	}
	return texts[i]
}

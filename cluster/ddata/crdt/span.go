package crdt

// span is a range of numbers with both ends in it.
type span struct{ First, Last uint64 }

// spans are in order, with at least one number between two of them.
type spans []span

func (s spans) has(n uint64) bool {
	for _, r := range s {
		if n <= r.Last {
			return n >= r.First
		}
	}
	return false
}

// last returns the largest number, or 0.
func (s spans) last() uint64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].Last
}

// plus returns the numbers that are in s or in o.
func (s spans) plus(o spans) spans {
	var out spans
	for len(s)+len(o) > 0 {
		var next span
		if len(o) == 0 || len(s) > 0 && s[0].First <= o[0].First {
			next, s = s[0], s[1:]
		} else {
			next, o = o[0], o[1:]
		}
		if end := len(out) - 1; end >= 0 && next.First-1 <= out[end].Last { // numbers start at 1
			out[end].Last = max(out[end].Last, next.Last)
		} else {
			out = append(out, next)
		}
	}
	return out
}

// minus returns the numbers that are in s and not in o.
func (s spans) minus(o spans) spans {
	var out spans
	for _, r := range s {
		for _, cut := range o {
			if cut.Last < r.First || cut.First > r.Last {
				continue
			}
			if cut.First > r.First {
				out = append(out, span{r.First, cut.First - 1})
			}
			r.First = cut.Last + 1
			if r.First > r.Last {
				break
			}
		}
		if r.First <= r.Last {
			out = append(out, r)
		}
	}
	return out
}

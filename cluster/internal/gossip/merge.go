package gossip

import (
	"cmp"
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// Merge returns what follows from a and b together: the least State that is at least
// both. It is commutative, associative and idempotent. If its records are those of a, it has the same slice: see
// SameRecords.
func Merge(a, b State) State {
	merged := State{
		Records: mergeSorted(a.Records, b.Records, Record.address, Record.join),
		Reports: mergeSorted(a.Reports, b.Reports, Report.address, Report.join),
	}
	if !slices.EqualFunc(merged.Records, a.Records, Record.equal) {
		return merged.prune()
	}
	merged.Records = a.Records
	if slices.EqualFunc(a.Records, b.Records, Record.equal) {
		return merged // nobody has ended who had not before, and so both are pruned
	}
	return merged.prune()
}

// SameRecords reports whether two slices are one, so that their records need not be looked at.
func SameRecords(a, b []Record) bool { return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0] }

// prune drops what no longer matters: the reports of nodes that have ended, and what
// others report of those. A node that is unknown so far has not ended: its record may
// arrive later than a report on it.
func (s State) prune() State {
	kept := s.Reports[:0] // mergeSorted made it
	for _, r := range s.Reports {
		if s.ended(r.Observer) {
			continue
		}
		if slices.ContainsFunc(r.Unreachable, s.ended) {
			r.Unreachable = slices.DeleteFunc(slices.Clone(r.Unreachable), s.ended)
		}
		if len(r.Unreachable) == 0 {
			r.Unreachable = nil // equal states have equal bytes
		}
		kept = append(kept, r)
	}
	s.Reports = kept
	if len(kept) == 0 {
		s.Reports = nil
	}
	return s
}

// mergeSorted merges slices that are sorted by address, and joins what is in both.
func mergeSorted[T any](a, b []T, address func(T) transport.Address, join func(T, T) T) []T {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := make([]T, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch cmp.Compare(address(a[0]), address(b[0])) {
		case -1:
			out, a = append(out, a[0]), a[1:]
		case 1:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, join(a[0], b[0])), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func (r Record) address() transport.Address { return r.Address }

func (r Report) address() transport.Address { return r.Observer.Address }

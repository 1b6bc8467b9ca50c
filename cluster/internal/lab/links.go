package lab

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Links returns those between a node and others, both ways.
func Links(a transport.Address, others ...transport.Address) (links []transport.Link) {
	for _, b := range others {
		links = append(links, transport.Link{From: a, To: b}, transport.Link{From: b, To: a})
	}
	return links
}

// Cut cuts a node off from others, both ways.
func (l *Lab) Cut(a transport.Address, others ...transport.Address) {
	l.Helper()
	l.Must(l.Switch.Cut(l.Context(), Links(a, others...)...))
}

// Heal mends what Cut has cut.
func (l *Lab) Heal(a transport.Address, others ...transport.Address) {
	l.Switch.Mend(Links(a, others...)...)
}

// Slow holds the frames between two nodes, and releases them every d, until stop is called.
func (l *Lab) Slow(a, b transport.Address, d time.Duration) (stop func()) {
	links := Links(a, b)
	for _, link := range links {
		l.Switch.SetRule(link, "slow", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
			if sofar.Fate == transport.Deliver {
				sofar.Fate, sofar.Reason = transport.Hold, "slow"
			}
			return sofar
		}))
	}
	done := make(chan struct{})
	go func() {
		for over := false; !over; {
			select {
			case <-time.After(d):
			case <-done:
				over = true
			}
			for _, link := range links {
				if over {
					l.Switch.ClearRule(link, "slow")
				}
				l.Switch.Release(link)
			}
		}
	}()
	return func() { close(done) }
}

// Frames returns how many frames these links have delivered so far, all if none is named.
func (l *Lab) Frames(links ...transport.Link) (n uint64) {
	for _, s := range l.Switch.Stats() {
		if len(links) == 0 || slices.Contains(links, s.Link) {
			n += s.Frames
		}
	}
	return n
}

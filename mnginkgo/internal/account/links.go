package account

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// lossy describes the links between roles that have not delivered all at once.
func lossy(links []transport.Stats) string {
	var b strings.Builder
	for _, link := range links {
		var rest []string
		for _, reason := range slices.Sorted(maps.Keys(link.Dropped)) {
			rest = append(rest, fmt.Sprintf("%d dropped (%s)", link.Dropped[reason].Frames, reason))
		}
		if link.Held > 0 {
			rest = append(rest, fmt.Sprintf("%d held", link.Held))
		}
		if link.Delayed > 0 {
			rest = append(rest, fmt.Sprintf("%d delayed", link.Delayed))
		}
		if len(rest) > 0 {
			fmt.Fprintf(&b, "  %s  %d delivered, %s\n", link.Link, link.Frames, strings.Join(rest, ", "))
		}
	}
	return b.String()
}

// behind describes what roles have dropped themselves, and what can be done about it.
func behind(links []transport.Stats) string {
	var b strings.Builder
	advice := ""
	for _, link := range links {
		for _, reason := range slices.Sorted(maps.Keys(link.Dropped)) {
			what := "datagram"
			switch {
			case strings.HasPrefix(reason, netconn.ReasonBehind):
				advice = "  behind: read faster, or set a larger DatagramBuffer or SetReadBuffer\n"
			case strings.HasPrefix(reason, netconn.ReasonBacklog):
				what = "connection"
			case !strings.HasPrefix(reason, netconn.ReasonUnread):
				continue
			}
			if link.Dropped[reason].Frames != 1 {
				what += "s"
			}
			fmt.Fprintf(&b, "  %s dropped %d %s from %s: %s\n", link.To, link.Dropped[reason].Frames, what, link.From, reason)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "roles that dropped what they were sent\n" + b.String() + advice
}

// ByRole adds up what the links from one role to another have carried: frames that their
// nodes send by themselves, and those of their Networks. It keeps the order.
func ByRole(all []transport.Stats, roleAt func(transport.Address) string) []transport.Stats {
	var sums []transport.Stats
	for _, s := range all {
		s.Link = transport.Link{From: transport.Address(roleAt(s.From)), To: transport.Address(roleAt(s.To))}
		i := slices.IndexFunc(sums, func(sum transport.Stats) bool { return sum.Link == s.Link })
		if i < 0 {
			s.Dropped = maps.Clone(s.Dropped)
			sums = append(sums, s)
			continue
		}
		sum := &sums[i]
		sum.Frames, sum.Bytes, sum.Held, sum.Delayed = sum.Frames+s.Frames, sum.Bytes+s.Bytes, sum.Held+s.Held, sum.Delayed+s.Delayed
		for reason, d := range s.Dropped {
			if sum.Dropped == nil {
				sum.Dropped = map[string]transport.Dropped{}
			}
			was := sum.Dropped[reason]
			sum.Dropped[reason] = transport.Dropped{Frames: was.Frames + d.Frames, Bytes: was.Bytes + d.Bytes}
		}
	}
	return sums
}

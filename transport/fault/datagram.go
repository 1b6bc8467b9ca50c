package fault

import "github.com/7aca83c2/multinode/transport"

// Option is a choice made in Fault.Rule.
type Option interface{ apply(*traits) }

type option func(*traits)

func (o option) apply(t *traits) { o(t) }

// traits is what a rule knows of frames.
type traits struct {
	datagram func(payload []byte) (bytes int, is bool) // may be nil
}

func (t traits) isDatagram(payload []byte) (is bool) {
	if t.datagram != nil {
		_, is = t.datagram(payload)
	}
	return is
}

// Datagrams says which frames are datagrams, by their payload, and how many bytes of data each
// has. A datagram may be overtaken when its Latency varies, and may be too long for an MTU. The
// default is none: of the other frames it is promised that their order is kept, and whoever
// sends them cuts them to size. netconn.Datagram is such a function.
func Datagrams(datagram func(payload []byte) (bytes int, is bool)) Option {
	return option(func(t *traits) { t.datagram = datagram })
}

// What surrounds the data of a datagram, and how long packets may be, in bytes: RFC 791 for IP
// (a header without options; each path carries 68 bytes), RFC 768 for UDP.
const (
	ipHeader  = 20
	udpHeader = 8
	minMTU    = 68
	maxPacket = 65535
)

// opener is the rule of an MTU, which losses must hear of.
type opener struct{ transport.RuleFunc }

var _ transport.Opener = opener{}

func (opener) Opens() {}

// mtu drops a datagram that does not fit one packet, or says how many it takes.
func (f Fault) mtu(what traits) judge {
	return func(payload []byte, v transport.Verdict) transport.Verdict {
		bytes, is := what.datagram(payload)
		switch {
		case !is || ipHeader+udpHeader+bytes <= f.Size:
		case f.Fragmented:
			v.Pieces = max(v.Pieces, fragments(bytes, f.Size))
		default:
			v.Fate, v.Reason = transport.Drop, MTU.String()
		}
		return v
	}
}

// fragments returns how many IP packets carry a datagram: all but the last a multiple of 8
// bytes behind the header (RFC 791, section 3.2).
func fragments(bytes, mtu int) int {
	each := (mtu - ipHeader) &^ 7
	return (udpHeader + bytes + each - 1) / each
}

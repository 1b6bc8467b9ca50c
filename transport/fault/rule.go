package fault

import (
	"bytes"
	"hash/fnv"
	"io"
	"math/rand/v2"

	"github.com/7aca83c2/multinode/transport"
)

// judge is what a fault does to a frame with this payload.
type judge func(payload []byte, sofar transport.Verdict) transport.Verdict

// source returns the random numbers of the fault on a link. Two kinds with one seed
// must not choose the same frames.
func (f Fault) source(l transport.Link) *rand.Rand {
	h := fnv.New64a()
	_, _ = io.WriteString(h, string(l.From)+"\x00"+string(l.To)+"\x00"+f.Kind.String())
	return rand.New(rand.NewPCG(f.Seed, h.Sum64()))
}

func (f Fault) judge(random *rand.Rand, what traits) judge {
	switch f.Kind {
	case Latency:
		return delivered(func(payload []byte, v transport.Verdict) transport.Verdict {
			v.Delay += f.Delay.Draw(random)
			v.Overtake = v.Overtake || f.Delay.varies() && what.isDatagram(payload)
			return v
		})
	case Loss:
		return f.losing(func() bool { return random.Float64() < f.Share })
	case BurstLoss:
		return f.losing(f.Bursts.losses(random))
	case MTU:
		return f.mtu(what)
	case Duplication:
		return f.some(random, func(_ []byte, v transport.Verdict) transport.Verdict {
			v.Copies++
			return v
		})
	case Reordering:
		return delivered(f.some(random, func(_ []byte, v transport.Verdict) transport.Verdict {
			v.Delay += f.Delay.Draw(random)
			v.Overtake = true
			return v
		}))
	case Corruption:
		return f.some(random, func(payload []byte, v transport.Verdict) transport.Verdict {
			if len(payload) > 0 {
				bit := random.IntN(8 * len(payload))
				v.Payload = bytes.Clone(payload)
				v.Payload[bit/8] ^= 1 << (bit % 8)
			}
			return v
		})
	case Hold:
		return delivered(func(_ []byte, v transport.Verdict) transport.Verdict {
			v.Fate, v.Reason = transport.Hold, Hold.String()
			return v
		})
	default: // Dropping
		return f.dropping()
	}
}

// rule has the judge asked about the frames that match and are not dropped yet.
func (do judge) rule(matches func(transport.Frame) bool) transport.RuleFunc {
	return func(frame transport.Frame, sofar transport.Verdict) transport.Verdict {
		if sofar.Fate == transport.Drop || matches != nil && !matches(frame) {
			return sofar
		}
		if sofar.Payload != nil {
			frame.Payload = sofar.Payload
		}
		return do(frame.Payload, sofar)
	}
}

// delivered leaves alone what is held.
func delivered(do judge) judge {
	return func(payload []byte, v transport.Verdict) transport.Verdict {
		if v.Fate != transport.Deliver {
			return v
		}
		return do(payload, v)
	}
}

// some does it to a share of the frames.
func (f Fault) some(random *rand.Rand, do judge) judge {
	return func(payload []byte, v transport.Verdict) transport.Verdict {
		if random.Float64() >= f.Share {
			return v
		}
		return do(payload, v)
	}
}

// losing drops a frame if any of its pieces is lost.
func (f Fault) losing(lost func() bool) judge {
	return func(_ []byte, v transport.Verdict) transport.Verdict {
		for range max(v.Pieces, 1) {
			if lost() { // each of them, lost or not, takes its turn in a burst
				v.Fate, v.Reason = transport.Drop, f.Kind.String()
			}
		}
		return v
	}
}

func (f Fault) dropping() judge {
	matched := 0
	return func(_ []byte, v transport.Verdict) transport.Verdict {
		matched++
		if f.Nth == 0 || f.Nth == matched {
			v.Fate, v.Reason = transport.Drop, transport.ReasonDropped
		}
		return v
	}
}

package fault

// Kind is what a Fault does to frames.
type Kind uint8

// The kinds of faults, with the fields they use.
const (
	Latency     Kind = iota + 1 // delays frames by Delay, in order, but for datagrams
	Loss                        // drops a Share of the frames
	Duplication                 // has a Share of the frames arrive twice
	Reordering                  // has a Share of the frames fall back by Delay, behind later ones
	Corruption                  // flips a bit in a Share of the frames
	Bandwidth                   // lets Rate bytes a second pass
	Hold                        // keeps frames on the link until they are released
	Dropping                    // drops the frames that match, or only the Nth of them
	BurstLoss                   // drops frames in Bursts
	MTU                         // drops datagrams that do not fit a packet of Size, or fragments them

	lastKind = MTU
)

var kindNames = [...]string{
	Latency: "latency", Loss: "loss", Duplication: "duplication", Reordering: "reordering",
	Corruption: "corruption", Bandwidth: "bandwidth", Hold: "hold", Dropping: "dropping",
	BurstLoss: "burst loss", MTU: "mtu",
}

// String returns the kind in lower case, like "latency".
func (k Kind) String() string {
	if !k.known() {
		return "unknown"
	}
	return kindNames[k]
}

func (k Kind) known() bool { return k > 0 && int(k) < len(kindNames) }

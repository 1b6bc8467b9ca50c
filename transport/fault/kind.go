package fault

// Kind is what a Fault does to frames.
type Kind uint8

// The kinds of faults, with the fields they use.
const (
	Latency     Kind = iota + 1 // delays frames by Delay, in order
	Loss                        // drops a Share of the frames
	Duplication                 // has a Share of the frames arrive twice
	Reordering                  // has a Share of the frames fall back by Delay, behind later ones
	Corruption                  // flips a bit in a Share of the frames
	Bandwidth                   // lets Rate bytes a second pass
	Hold                        // keeps frames on the link until they are released
	Dropping                    // drops the frames that match, or only the Nth of them
)

var kindNames = [...]string{
	Latency: "latency", Loss: "loss", Duplication: "duplication", Reordering: "reordering",
	Corruption: "corruption", Bandwidth: "bandwidth", Hold: "hold", Dropping: "dropping",
}

// String returns the kind in lower case, like "latency".
func (k Kind) String() string {
	if !k.known() {
		return "unknown"
	}
	return kindNames[k]
}

func (k Kind) known() bool { return k > 0 && int(k) < len(kindNames) }

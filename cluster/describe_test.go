package cluster

import (
	"testing"

	"github.com/7aca83c2/multinode/internal/codec"
)

// What a page of frames says of a message is its kind, which its encoding begins with.
func TestAMessageBeginsWithItsKind(t *testing.T) {
	for k := range kind(len(kinds)) {
		encoding, err := codec.AppendAs(nil, message{Kind: k, To: 7})
		if err != nil || kind(encoding[0]) != k {
			t.Errorf("%s begins with %d, %v", k, encoding[0], err)
		}
	}
}

package pipe

import (
	"encoding/binary"

	"github.com/7aca83c2/multinode/transport"
)

// The methods of a Line, which a Host calls.
const (
	methodOpen  = "pipe.open"
	methodClose = "pipe.close"
	noticeLost  = "pipe.lost"
)

// The methods of a Host, which its Line calls.
const (
	methodRecall = "pipe.recall"
	methodDetach = "pipe.detach"
)

// openRequest asks for an attachment. The host numbers its attachments from 1.
type openRequest struct {
	Address    transport.Address
	Attachment uint64
}

// openAnswer is empty if all went well. Sentinels do not travel, so it names them.
type openAnswer struct {
	Refused   string // the error's text
	InUse     bool   // it was transport.ErrInUse
	NotLeased bool   // it was ErrNotLeased
}

// closeRequest ends an attachment after its first Sent frames, which were all.
type closeRequest struct{ Attachment, Sent uint64 }

// detachRequest ends an attachment that the broker has taken off its Switch.
type detachRequest struct{ Attachment uint64 }

// recallRequest asks the host to drop the frames of a sender that are among the
// first Taken frames of an attachment and not yet delivered.
type recallRequest struct {
	Attachment uint64
	From       transport.Address
	Taken      uint64
}

// lostReport says what the host has dropped since the last one. Frames of
// attachments before Reading are not mentioned by later reports.
type lostReport struct {
	Reading uint64
	Losses  []loss
}

type loss struct {
	Attachment uint64
	From       transport.Address
	Reason     string
	Frames     int
	Bytes      int
}

type nothing struct{}

// markerSize is the size, in bytes, of a marker's payload.
const markerSize = 8

// appendMarker appends the marker before the frames of an attachment.
func appendMarker(buf []byte, attachment uint64) []byte {
	return transport.AppendFrame(buf, "", binary.LittleEndian.AppendUint64(nil, attachment))
}

func markerOf(payload []byte) uint64 { return binary.LittleEndian.Uint64(payload) }

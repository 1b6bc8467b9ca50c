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
	Refused string // the error's text
	InUse   bool   // it was transport.ErrInUse
	NotLent bool   // it was ErrNotLent
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

// lostReport says what the host has dropped since the last one. Later ones do not mention
// the attachment Done, if it is not 0: the host has dealt with all of its frames.
type lostReport struct {
	Done   uint64
	Losses []loss
}

type loss struct {
	Attachment uint64
	From       transport.Address
	Reason     string
	Frames     int
	Bytes      int
}

type nothing struct{}

// markerSize is the size, in bytes, of a marker's payload: the number of an attachment,
// with lastMark if no more frames of it come.
const markerSize = 8

const lastMark = 1 << 63

// appendMarker appends the marker before the frames of an attachment.
func appendMarker(buf []byte, attachment uint64) []byte {
	var payload [markerSize]byte
	binary.LittleEndian.PutUint64(payload[:], attachment)
	return transport.AppendFrame(buf, "", payload[:])
}

// markerOf takes a marker apart.
func markerOf(payload []byte) (attachment uint64, last bool) {
	n := binary.LittleEndian.Uint64(payload)
	return n &^ lastMark, n&lastMark != 0
}

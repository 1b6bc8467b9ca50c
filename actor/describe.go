package actor

import (
	"reflect"
	"strings"
	"sync"
)

// Describe says in a few words what a frame of an actor system is, from its first 80 bytes or so: "ack", "watch",
// or for a message where it goes and what it is, "/cluster heartbeat". It returns "" for what is no such frame. The
// type of a message is known if this process has sent or received one. The checksum is not looked at.
func Describe(frame []byte) string {
	h, in, ok := headerOf(frame)
	if !ok || h.kind&^again == 0 || int(h.kind&^again) >= len(frameNames) {
		return ""
	}
	name := frameNames[h.kind&^again]
	if h.kind&^again == frameTell {
		name = describeTell(in)
	}
	if h.kind&again != 0 {
		name += ", again"
	}
	return name
}

var frameNames = [...]string{
	frameTell: "message", frameFail: "failed ask", frameWatch: "watch", frameUnwatch: "unwatch", frameTerminated: "terminated",
	frameAck: "ack", frameGoodbye: "goodbye", frameHello: "hello", frameProof: "proof", frameReturned: "returned message",
	frameChunk: "chunk", frameChunkAck: "chunk ack",
}

func describeTell(in reader) string {
	in.uvarint() // uid
	path := string(in.text())
	in.uvarint() // ticket
	fingerprint := in.uint32()
	if in.short {
		return "message"
	}
	if top, below, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); below != "" {
		path = "/" + top + "/..."
	}
	what := "message"
	if k, known := decoders.Load(fingerprint); known {
		what = k.(*decoder).name
	}
	if describe, known := describers.Load(fingerprint); known {
		what = describe.(func([]byte) string)(in.rest)
	}
	return strings.TrimSpace(path + " " + what)
}

// describers has a func([]byte) string by the fingerprint of a type of messages.
var describers sync.Map

// DescribeMessages has Describe say of messages of type M what describe returns, which is given the beginning of the
// encoding.
func DescribeMessages[M any](describe func(encoding []byte) string) {
	describers.Store(fingerprint(reflect.TypeFor[M]()), describe)
}

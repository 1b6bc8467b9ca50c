package rpc

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxMessage is the largest length, in bytes, that a message may state. A spec's
// whole report or a node's log fits; a garbled length hardly ever does.
const MaxMessage = 64 << 20

type kind uint8

const (
	kindCall    kind = 1 + iota
	kindNotice       // a call without an answer
	kindAnswer       // what the handler returned
	kindError        // the text of the error it returned
	kindUnknown      // there is no handler; the body is empty
	kindCancel       // the caller no longer waits
	kindEnd          // one past the last
)

type message struct {
	kind   kind
	id     uint64
	method string
	body   []byte
}

const (
	lengthSize = 4
	headerSize = 1 + 8 + 1 // kind, id and length of the method
	maxMethod  = 255
)

// tooLong reports whether the message cannot be encoded.
func (m message) tooLong() bool {
	return len(m.method) > maxMethod || headerSize+len(m.method)+len(m.body) > MaxMessage
}

// appendMessage appends the encoding of m, which must not be too long.
func appendMessage(buf []byte, m message) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(headerSize+len(m.method)+len(m.body)))
	buf = append(buf, byte(m.kind))
	buf = binary.LittleEndian.AppendUint64(buf, m.id)
	buf = append(buf, byte(len(m.method)))
	buf = append(buf, m.method...)
	return append(buf, m.body...)
}

// readMessage reads one message. At the end of the stream, between messages, it
// returns io.EOF and nothing else.
func readMessage(r *bufio.Reader) (message, error) {
	head, err := r.Peek(lengthSize)
	if err != nil {
		if errors.Is(err, io.EOF) && len(head) > 0 {
			err = fmt.Errorf("a message's length is cut off after %d bytes: %w", len(head), io.ErrUnexpectedEOF)
		}
		return message{}, err
	}
	length := int(binary.LittleEndian.Uint32(head))
	if length < headerSize || length > MaxMessage {
		return message{}, fmt.Errorf("a message states a length of %d bytes, not %d to %d: %q", length, headerSize, MaxMessage, peekSome(r))
	}
	_, _ = r.Discard(lengthSize)
	data, err := readBody(r, length)
	if err != nil {
		return message{}, fmt.Errorf("a message of %d bytes is cut off after %d: %w", length, len(data), err)
	}
	return parseMessage(data)
}

// peekSome returns what there is of the first bytes, to show them in an error.
func peekSome(r *bufio.Reader) []byte {
	some, _ := r.Peek(min(16, r.Buffered()))
	return some
}

// step is how much memory, in bytes, a length is trusted with before the bytes are
// there.
const step = 1 << 20

func readBody(r io.Reader, length int) ([]byte, error) {
	data := make([]byte, min(length, step))
	n, err := io.ReadFull(r, data)
	for err == nil && len(data) < length {
		data = append(data, make([]byte, min(length-len(data), len(data)))...)
		var more int
		more, err = io.ReadFull(r, data[n:])
		n += more
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return data[:n], err
}

func parseMessage(data []byte) (message, error) {
	m := message{kind: kind(data[0]), id: binary.LittleEndian.Uint64(data[1:])}
	n := int(data[headerSize-1])
	rest := data[headerSize:]
	switch {
	case m.kind == 0 || m.kind >= kindEnd:
		return message{}, fmt.Errorf("a message of %d bytes has the unknown kind %d", len(data), m.kind)
	case n > len(rest):
		return message{}, fmt.Errorf("a message of %d bytes states a method of %d", len(data), n)
	}
	m.method, m.body = string(rest[:n]), rest[n:]
	return m, nil
}

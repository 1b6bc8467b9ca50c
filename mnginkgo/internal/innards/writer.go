package innards

import (
	"bytes"
	"io"
	"reflect"

	"github.com/onsi/ginkgo/v2"
)

// MarkWritten has GinkgoWriter begin what is written on a new line with what mark returns: of several
// lines in one call, the first. It is called in the goroutine that writes, and must not write anything
// itself. If this Ginkgo is not known, nothing is marked.
func MarkWritten(mark func() string) {
	defer func() { _ = recover() }() // of a field that is not there
	writer := reflect.ValueOf(ginkgo.GinkgoWriter).Elem()
	ginkgo.GinkgoWriter.TeeTo(&marker{
		mark:   mark,
		buffer: field(writer, "buffer").Interface().(*bytes.Buffer),
		out:    field(writer, "outWriter").Interface().(io.Writer),
		mode:   field(writer, "mode"),
		indent: field(writer, "streamIndent").Bytes(),
		begins: field(writer, "indentNext").Addr().Interface().(*bool),
	})
}

// marker gets what is written before Ginkgo's writer does, which is locked meanwhile.
type marker struct {
	mark   func() string
	buffer *bytes.Buffer // of the writer
	out    io.Writer     // its other end, with -v
	mode   reflect.Value
	indent []byte
	begins *bool // a line to out
}

// Write implements io.Writer.
func (m *marker) Write(p []byte) (int, error) {
	if written := m.buffer.Bytes(); len(p) == 0 || len(written) > 0 && written[len(written)-1] != '\n' {
		return len(p), nil
	}
	text := m.mark()
	m.buffer.WriteString(text)
	if streams := m.mode.Uint() == 0; streams && text != "" {
		if *m.begins {
			_, _ = m.out.Write(m.indent)
			*m.begins = false
		}
		_, _ = io.WriteString(m.out, text)
	}
	return len(p), nil
}

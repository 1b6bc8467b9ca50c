package codec

import (
	"errors"
	"io"
	"strings"
	"testing"
)

type envelope struct {
	To      string
	Payload any
}

type unregistered struct{ N int }

type problem struct{ Code int }

func (p problem) Error() string { return "a problem" }

type known struct{ Code int }

func (*known) Error() string { return "known" }

func init() {
	Register[envelope]()
	Register[known]()
	Register[nested]()
}

// nested hands its content to the codec again, as a wrapper around messages does.
type nested struct{ v any }

func (n nested) AppendWire(buf []byte) ([]byte, error) { return Append(buf, n.v) }
func (n *nested) DecodeWire(data []byte, env any) (err error) {
	n.v, err = Decode(data, env)
	return err
}

func TestAppendErrorsNameTheWayToTheValue(t *testing.T) {
	loop := &list{N: 1}
	loop.Next = loop
	wide := map[string]any{}
	wide["self"] = wide
	for _, c := range []struct {
		v    any
		want string
	}{
		{unregistered{}, "codec: codec.unregistered is not registered: call actor.Register[codec.unregistered]()"},
		{&unregistered{}, "codec: *codec.unregistered is not registered: call actor.Register[codec.unregistered]()"},
		{make(chan int), "codec: chan int cannot be encoded"},
		{&hasChan{}, "codec: *codec.hasChan: field Done: chan int cannot be encoded"},
		{envelope{Payload: func() {}}, "codec: codec.envelope: field Payload.(func()): func() cannot be encoded"},
		{envelope{Payload: hasChan{}}, "codec: codec.envelope: field Payload.(codec.hasChan).Done: chan int cannot be encoded"},
		{envelope{Payload: unregistered{}}, "codec: codec.envelope: field Payload: " +
			"codec.unregistered is not registered: call actor.Register[codec.unregistered]()"},
		{
			&envelope{Payload: envelope{Payload: []any{1, unregistered{}}}},
			"codec: *codec.envelope: field Payload.(codec.envelope).Payload.([]interface {})[1]: " +
				"codec.unregistered is not registered: call actor.Register[codec.unregistered]()",
		},
		{map[string]any{"k": unregistered{}}, `codec: map[string]interface {}: ["k"]: ` +
			"codec.unregistered is not registered: call actor.Register[codec.unregistered]()"},
		{ref{Path: "closed"}, "codec: codec.ref: ref: closed"},
		{envelope{Payload: ref{Path: "closed"}}, "codec: codec.envelope: field Payload.(codec.ref): ref: closed"},
		{envelope{Payload: nested{unregistered{}}}, "codec: codec.envelope: field Payload.(codec.nested): codec: " +
			"codec.unregistered is not registered: call actor.Register[codec.unregistered]()"},
		{wide, `codec: map[string]interface {}: ["self"].(map[string]interface {})["self"].(map[string]interface {})` +
			`["self"].(map[string]interface {})["self"].(map[string]interface {})["self"].(map[string]interface {})["self"]` +
			`.(map[string]interface {})...: nested more than 10000 deep: does the value contain itself?`},
	} {
		if _, err := Append(nil, c.v); err == nil || err.Error() != c.want {
			t.Errorf("%T:\n got %v\nwant %s", c.v, err, c.want)
		}
	}
	const want = "codec: *codec.list: field Next.Next.Next.Next.Next.Next.Next.Next.Next.Next.Next.Next...: " +
		"nested more than 10000 deep: does the value contain itself?"
	if _, err := AppendAs(nil, loop); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestDecodeErrorsNameTheWayToTheValue(t *testing.T) {
	data := func(v any) string {
		b, err := Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	env := data(envelope{})
	env = env[:len(env)-2] // the name alone
	for _, c := range []struct{ data, want string }{
		{"", "codec: the message ends early"},
		{"\x03", "codec: length 3, with 0 bytes left for it"},
		{"\x03new", `codec: "new" is not registered on this node`},
		{"\x00more", "codec: 4 bytes are left over"},
		{data("x") + "y", "codec: 1 bytes are left over"},
		{"\x03int\x80", "codec: int: the message ends early"},
		{"\x03int\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "codec: int: a number has more than 64 bits"},
		{"\x05int16\x80\x80\x08", "codec: int16: 65536 does not fit"},
		{"\x06uint16\x80\x80\x08", "codec: uint16: 131072 does not fit"},
		{"\x04bool\x02", "codec: bool: a bool cannot be 2"},
		{"\x05*bool\x02", "codec: *bool: a pointer starts with neither 0 nor 1"},
		{"\x07float64\x00", "codec: float64: the message ends early"},
		{"\x06string\x05abcd", "codec: string: length 5, with 4 bytes left for it"},
		{"\x08[]string\x03\x01a", "codec: []string: [0]: length 1, with 0 bytes left for it"},
		{"\x08[]string\x7f\x01a", "codec: []string: length 126, with 2 bytes left for it"},
		{"\x09time.Time\x00\x80\x94\xeb\xdc\x03\x00", "codec: time.Time: a time cannot have 1000000000 nanoseconds"},
		{"\x09time.Time\x00\x00\x83\xc6\x0a", "codec: time.Time: a time cannot be 86401 seconds from UTC"},
		{env + "\x01a\x03new", `codec: codec.envelope: field Payload: "new" is not registered on this node`},
		{env + "\x01a\x06string\x01", "codec: codec.envelope: field Payload.(string): length 1, with 0 bytes left for it"},
		{env + "\x01a" + data(ref{Path: "nowhere"}), "codec: codec.envelope: field Payload.(codec.ref): ref: no such place"},
	} {
		v, err := Decode([]byte(c.data), nil)
		if v != nil || err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v, %v\nwant %s", c.data, v, err, c.want)
		}
	}
}

func TestAnInterfaceTakesOnlyWhatImplementsIt(t *testing.T) {
	data, _ := Append(nil, "a string")
	const want = "codec: error: string does not implement error"
	if _, err := DecodeAs[error](data, nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	type walker interface{ Walk() }
	data, _ = Append(nil, io.EOF)
	const want2 = "codec: codec.walker: *errors.errorString does not implement codec.walker"
	if _, err := DecodeAs[walker](data, nil); err == nil || err.Error() != want2 {
		t.Errorf("got %v, want %s", err, want2)
	}
}

type coder interface {
	error
	Number() int
}

func (p problem) Number() int { return 7 }

func TestErrorsTravelAsTheirText(t *testing.T) {
	for _, err := range []error{io.EOF, problem{3}, errors.Join(io.EOF, io.EOF)} {
		if got := roundTrip(t, err); got.Error() != err.Error() {
			t.Errorf("%q arrived as %q", err, got)
		}
		if got := roundTrip[any](t, err).(error); got.Error() != err.Error() {
			t.Errorf("%q arrived as %q", err, got)
		}
	}
	if got, ok := roundTrip[error](t, &known{5}).(*known); !ok || got.Code != 5 {
		t.Errorf("a registered error lost its type: %v", got)
	}
	const want = "codec: codec.coder: codec.problem is not registered: call actor.Register[codec.problem]()"
	if _, err := AppendAs[coder](nil, problem{}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorsUnwrap(t *testing.T) {
	_, err := AppendAs(nil, envelope{Payload: ref{Path: "closed"}})
	if inner := errors.Unwrap(err); inner == nil || inner.Error() != "ref: closed" {
		t.Errorf("%v wraps %v", err, inner)
	}
}

func TestLongKeysAreCutInErrors(t *testing.T) {
	_, err := Append(nil, map[string]any{strings.Repeat("k", 1000): unregistered{}})
	if err == nil || len(err.Error()) > 200 {
		t.Errorf("got %v", err)
	}
}

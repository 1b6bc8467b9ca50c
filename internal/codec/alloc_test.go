// The race detector makes sync.Pool forget, and code allocate that otherwise does not.

//go:build !race

package codec

import "testing"

func TestAllocations(t *testing.T) {
	buf := make([]byte, 0, 1024)
	var dynamic any = aJob
	asJob, _ := AppendAs(nil, aJob)
	asAny, _ := Append(nil, aJob)
	asGet, _ := AppendAs(nil, get{Key: "key", ReplyTo: ref{Path: "path"}})
	numbers, _ := AppendAs(nil, inner{})
	for _, c := range []struct {
		name string
		want float64
		f    func()
	}{
		{"append a struct", 0, func() { AppendAs(buf, aJob) }},
		{"append a boxed struct", 0, func() { Append(buf, dynamic) }},
		{"append what encodes itself", 0, func() { AppendAs(buf, get{ReplyTo: ref{Path: "path"}}) }},
		{"decode numbers", 0, func() { DecodeAs[inner](numbers, nil) }},
		{"decode a string", 1, func() { DecodeAs[job](asJob, nil) }},
		{"decode into a box", 2, func() { Decode(asAny, nil) }},
		{"decode what decodes itself, and two strings", 3, func() { DecodeAs[get](asGet, nil) }},
	} {
		if got := testing.AllocsPerRun(200, c.f); got != c.want {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
	}
}

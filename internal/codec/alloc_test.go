package codec

import (
	"runtime"
	"testing"
)

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
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

type deep []deep

type fat struct {
	Next *fat
	Pad  [1 << 17]int
}

// TestHostileLengthsAllocateLittle sends messages that claim to be large.
func TestHostileLengthsAllocateLittle(t *testing.T) {
	nest := make([]byte, 8000) // each level claims most of what is left
	for i := 0; i < len(nest); i += 2 {
		n := (len(nest) - i) / 2
		nest[i], nest[i+1] = byte(n)|0x80, byte(n>>7)
	}
	ones := make([]byte, 5000)
	for i := range ones {
		ones[i] = 1
	}
	huge := []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
	Register[fat]()
	for _, c := range []struct {
		name string
		f    func() error
	}{
		{"string", func() error { _, err := DecodeAs[string](huge, nil); return err }},
		{"bytes", func() error { _, err := DecodeAs[[]byte](huge, nil); return err }},
		{"slice", func() error { _, err := DecodeAs[[]string](huge, nil); return err }},
		{"units", func() error { _, err := DecodeAs[[]struct{}](huge, nil); return err }},
		{"map", func() error { _, err := DecodeAs[map[int]int](huge, nil); return err }},
		{"map of units", func() error { _, err := DecodeAs[map[struct{}]struct{}](huge, nil); return err }},
		{"slices in slices", func() error { _, err := DecodeAs[deep](nest, nil); return err }},
		{"a large struct for each byte", func() error { _, err := DecodeAs[*fat](ones, nil); return err }},
		{"a large struct in a box", func() error {
			_, err := Decode(append([]byte("\x30github.com/7aca83c2/multinode/internal/codec.fat"), 1, 1), nil)
			return err
		}},
	} {
		if _, err := AppendAs(nil, 0); err != nil {
			t.Fatal(err)
		}
		c.f() // makes the plan
		if err, got := c.f(), allocated(func() { c.f() }); err == nil || got > 1<<19 {
			t.Errorf("%s: %v, having allocated %d bytes", c.name, err, got)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

package netconn

import (
	"reflect"
	"testing"
)

func frameOf(g segment) []byte {
	frame := append(g.appendHeader(nil), g.data...)
	seal(frame)
	return frame
}

var segments = []segment{
	{flags: flagDatagram, from: 1, to: 65535, data: []byte("ping")},
	{flags: flagUnreachable, from: 1, to: 65535},
	{flags: flagSYN, from: 1, to: 2, window: 1 << 30, seq: 1 << 62},
	{
		flags: flagACK | flagFIN, from: 3, to: 4, window: 5, seq: 6, ack: 7,
		ranges: []span{{8, 9}, {10, 1 << 60}}, data: []byte("data"),
	},
}

func TestSegmentsSurviveTheirEncoding(t *testing.T) {
	for _, want := range segments {
		var got segment
		if !got.decode(frameOf(want)) || string(got.data) != string(want.data) {
			t.Errorf("%+v became %+v", want, got)
		}
		got.data = want.data
		if len(got.ranges) == 0 {
			got.ranges = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v", want, got)
		}
	}
}

func TestAFlippedBitIsNoticed(t *testing.T) {
	for _, g := range segments {
		frame := frameOf(g)
		for bit := range 8 * len(frame) {
			frame[bit/8] ^= 1 << (bit % 8)
			if new(segment).decode(frame) {
				t.Errorf("%+v: bit %d", g, bit)
			}
			frame[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// FuzzDecode sets the checksum, or nothing would get far.
func FuzzDecode(f *testing.F) {
	for _, g := range segments {
		f.Add(frameOf(g))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if len(frame) < checksumSize {
			return
		}
		seal(frame)
		var g segment
		if !g.decode(frame) {
			return
		}
		if again := frameOf(g); string(again) != string(frame) {
			t.Errorf("%x became %x", frame, again)
		}
	})
}

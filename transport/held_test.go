package transport_test

import (
	"fmt"
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// held returns the numbers and payloads that a link holds.
func held(sw *transport.Switch) (frames []string) {
	for _, f := range sw.HeldFrames(ab) {
		frames = append(frames, fmt.Sprintf("%d:%s", f.Number, f.Payload))
		clear(f.Payload) // it is a copy
	}
	return frames
}

func TestHeldFramesAreReleasedAndDroppedOneByOne(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := attach(t, sw, "a", nil), attach(t, sw, "b", nil)
	sw.SetRule(ab, "hold", transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict {
		return transport.Verdict{Fate: transport.Hold}
	}))
	send(t, a, "b", "v", "w", "x", "y")
	want(t, held(sw), "1:v", "2:w", "3:x", "4:y")
	for _, is := range []struct{ got, want bool }{
		{sw.ReleaseOne(ab, 3), true},
		{sw.ReleaseOne(ab, 3), false},
		{sw.DropOne(ab, 2), true},
		{sw.DropOne(ab, 2), false},
		{sw.DropOne(ab, 3), false},
		{sw.ReleaseOne(ab, 5), false},
	} {
		if is.got != is.want {
			t.Errorf("it says %v", is.got)
		}
	}
	want(t, take(b), "a:x")
	send(t, a, "b", "z")
	want(t, held(sw), "1:v", "4:y", "5:z")
	sw.ClearRule(ab, "hold")
	want(t, held(sw), "1:v", "4:y", "5:z")
	sw.Release(ab)
	want(t, held(sw))
	want(t, take(b), "a:v", "a:y", "a:z")
	if got := sw.Stats()[0].Dropped; len(got) != 1 || got[transport.ReasonDropped] != (transport.Dropped{Frames: 1, Bytes: 1}) {
		t.Errorf("dropped: %v", got)
	}
}

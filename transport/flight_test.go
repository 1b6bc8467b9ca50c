package transport

import (
	"testing"
	"testing/synctest"
	"time"
)

// A frame that Run has taken out of its queue, and has not put into that of the receiver, is under way.
func TestAFrameThatIsAboutToArriveIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := NewSteps(1, synctest.Wait, nil)
		sw := NewSwitch(WithRecord(), WithSteps(steps))
		a, l := attach(t, sw, "a", movingOutlet{}), Link{"a", "b"}
		attach(t, sw, "b", movingOutlet{})
		if err := a.Send("b", []byte("x")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(MaxLatency)
		next, _ := steps.next()
		if r := sw.Recorded(); len(r.Frames) != 1 || r.Links[0].UnderWay != 1 {
			t.Errorf("recorded: %+v", r)
		}
		if err := sw.Cut(t.Context(), l); err != nil {
			t.Error(err)
		}
		next.lane.arrive(next, steps)
		if s := sw.Stats()[0]; s.Frames != 0 || s.Dropped[ReasonCut] != (Dropped{1, 1}) || sw.Bites("cut") != 1 {
			t.Errorf("counted: %+v", s)
		}
		steps.end()
	})
}

package recorder

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/transport"
)

// made returns the record of what was noted.
func made(r *Recorder, began time.Time, frames transport.Recording) *record.Record {
	made := &record.Record{}
	r.Into(made, Sources{
		Began: began, Roles: names.Roles{Names: []string{"a", "b"}}, Stage: stage.Recorded{Frames: frames},
		Kind: func(_ transport.Link, prefix []byte) string { return string(prefix) },
	})
	return made
}

func TestTheLatestOperationsAreKeptWithTheirOutcomes(t *testing.T) {
	r, began := New(), time.Now()
	for i := range 2*limit - 2 {
		r.End(r.Begin(Operation{Client: "c", Input: fmt.Sprint(i)}), "", nil)
	}
	r.GiveUp(r.Begin(Operation{Client: "c", Role: "b", Input: "given up"}), errors.New("no\nanswer"))
	r.End(r.Begin(Operation{Client: "c", Input: "failed"}), "", errors.New(strings.Repeat("é", longest)))
	r.Begin(Operation{Client: "c", Input: "goes on"})
	got := made(r, began, transport.Recording{})
	if n := len(got.Operations); n != limit+1 || got.LeftOut.Operations != limit || got.Operations[0].Input != fmt.Sprint(limit) {
		t.Fatalf("%d are kept, from %+v on, %d are not", n, got.Operations[0], got.LeftOut.Operations)
	}
	last := got.Operations[limit-2:]
	if o := last[0]; o.End != nil || o.Error != "no answer" || o.Role != 1 {
		t.Errorf("given up: %+v", o)
	}
	if o := last[1]; o.End == nil || o.Error != strings.Repeat("é", longest/2)+"…" || o.Role != -1 {
		t.Errorf("failed: %+v", o)
	}
	if o := last[2]; o.End != nil || o.Error != "" {
		t.Errorf("goes on: %+v", o)
	}
}

func TestFramesAndWhatWasNotKeptAreByTheClockOfTheSpec(t *testing.T) {
	began := time.Now()
	link := func(from, to transport.Address, frames uint64) transport.RecordedLink {
		return transport.RecordedLink{Stats: transport.Stats{Link: transport.Link{From: from, To: to}, Frames: frames}}
	}
	net := link("a~net", "b~net", 2)
	net.Buckets = []transport.Bucket{{At: 3 * time.Millisecond, Width: time.Millisecond, Delivered: 2}}
	got := made(New(), began, transport.Recording{
		Began: began.Add(-time.Millisecond), Complete: 4 * time.Millisecond, Links: []transport.RecordedLink{link("a", "b", 1), net, link("x", "b", 9)},
		Frames: []transport.RecordedFrame{
			{Link: 0, Sent: 5 * time.Millisecond, Ended: 6 * time.Millisecond, Bytes: 7, Prefix: []byte("hi")},
			{Link: 2, Sent: 5 * time.Millisecond, Ended: 6 * time.Millisecond}, // of nobody
			{Link: 1, Sent: 7 * time.Millisecond, Ended: 7 * time.Millisecond, Outcome: transport.Lost, Reason: "cut"},
			{Link: 1, Sent: 8 * time.Millisecond, Outcome: transport.Waiting},
		},
	})
	want := record.Frames{
		Sent: []int64{4000, 2000, 1000}, Took: []int64{1000, 0, -1}, Link: []int{1, 1, 1}, Bytes: []int{7, 0, 0}, Fate: []int{0, 2, 1},
		Kind: []int{1, 0, 0}, Fates: []string{"delivered", "waiting", "cut"}, Kinds: []string{"", "hi"},
	}
	if !reflect.DeepEqual(got.Frames, want) {
		t.Errorf("got %+v\nwant %+v", got.Frames, want)
	}
	left := record.LeftOut{Frames: 2, Before: 3000, Buckets: []record.Bucket{{At: 2000, Width: 1000, Link: 1, Delivered: 2}}}
	if !reflect.DeepEqual(got.LeftOut, left) || len(got.Links) != 1 || got.Links[0].Delivered != 3 {
		t.Errorf("left out %+v, links %+v", got.LeftOut, got.Links)
	}
}

func TestNothingIsNotedByNil(t *testing.T) {
	var r *Recorder
	wrong := errors.New("wrong")
	if err := r.Verb("crash(a)")(wrong); !errors.Is(err, wrong) {
		t.Errorf("the verb's error is %v", err)
	}
	r.End(r.Begin(Operation{}), "", nil)
	r.Looked(nil, false)
	if !r.Began().IsZero() {
		t.Error("it began")
	}
}

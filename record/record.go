package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Format and Version are what a record begins with.
const (
	Format  = "multinode-record"
	Version = 1
)

// Record is what is kept of a spec. See the package for what its numbers mean.
type Record struct {
	Format  string `json:"format"`
	Version int    `json:"version"`

	Spec       string   `json:"spec"`            // its whole text
	Suite      string   `json:"suite,omitempty"` // its description
	Place      string   `json:"place,omitempty"` // file:line of the spec
	Labels     []string `json:"labels,omitempty"`
	Variant    string   `json:"variant"` // "in-process", "parallel", "isolated" or "virtual"
	Seed       string   `json:"seed"`    // of the spec: 64 bits, which a JSON number need not have
	GinkgoSeed int64    `json:"ginkgoSeed"`
	Again      string   `json:"again,omitempty"`    // the command that does the same again
	Schedule   string   `json:"schedule,omitempty"` // the smallest of a nemesis that the spec fails with, in words
	Process    int      `json:"process,omitempty"`
	Attempt    int      `json:"attempt,omitempty"`
	State      string   `json:"state"` // as in Ginkgo's report: "passed", "failed", "panicked", "timedout"...

	Began time.Time `json:"began"`
	Took  int64     `json:"took"`
	Roles []string  `json:"roles"`

	Summary []Sentence `json:"summary,omitempty"` // see Summarize
	Failure *Failure   `json:"failure,omitempty"`

	Lives      []Life      `json:"lives,omitempty"`
	Views      []View      `json:"views,omitempty"`
	Verbs      []Verb      `json:"verbs,omitempty"`
	Faults     []Fault     `json:"faults,omitempty"`
	Operations []Operation `json:"operations,omitempty"`
	Barriers   []Barrier   `json:"barriers,omitempty"`
	Log        []Line      `json:"log,omitempty"`
	Stalls     []Stall     `json:"stalls,omitempty"`
	Frames     Frames      `json:"frames"`
	Links      []Link      `json:"links,omitempty"`
	LeftOut    LeftOut     `json:"leftOut"`
}

// Sentence is one of the answer in words.
type Sentence struct {
	About   string   `json:"about"` // "failure", "views", "faults" or "silence", and "good run" if there was one to compare with
	Text    string   `json:"text"`
	Moments []Moment `json:"moments,omitempty"` // that it names, in order
}

// Moment is a time that a Sentence names.
type Moment struct {
	Text string `json:"text"` // as in the sentence: "2.506 s"
	At   int64  `json:"t"`
}

// Failure is what the spec has failed of.
type Failure struct {
	At      int64  `json:"t"`
	Message string `json:"message"`
	Place   string `json:"place,omitempty"` // file:line
	// Waited is how long an Eventually had waited, or a Consistently looked; 0 without one.
	Waited int64  `json:"waited,omitempty"`
	Wanted string `json:"wanted,omitempty"` // of a matcher of views: "have exactly these members up [...]"
	Whole  bool   `json:"whole,omitempty"`  // of every live node
	Rows   []Row  `json:"rows,omitempty"`   // what it has seen last
}

// Row is what a matcher has seen of a node.
type Row struct {
	Role   int    `json:"role"`
	Seen   string `json:"seen"`
	Wanted bool   `json:"ok"` // it was as wanted
}

// Life is that a role begins to be in a state: "not started", "booting", "running", "crashed", "killed",
// "gone after Leave", "paused"... A role that has none has not started.
type Life struct {
	At          int64  `json:"t"`
	Role        int    `json:"role"`
	State       string `json:"state"`
	Incarnation uint64 `json:"incarnation,omitempty"`
}

// Running is the State of a role whose node runs.
const Running = "running"

// View is what the node of a role sees from a moment on.
type View struct {
	At      int64    `json:"t"`
	Role    int      `json:"role"`
	Members []Member `json:"members,omitempty"`
	// Leader is the role that it takes for the leader, -1 if it knows none; missing if it does not tell.
	Leader *int   `json:"leader,omitempty"`
	Mute   bool   `json:"mute,omitempty"`   // it does not tell members
	Ended  string `json:"ended,omitempty"`  // why it is no member any more
	Polled bool   `json:"polled,omitempty"` // it was asked now and then; what it saw between is not known
}

// Member is a member of the cluster in the eyes of a node.
type Member struct {
	Role        int    `json:"role"`           // -1 if it is none of the spec's
	Name        string `json:"name,omitempty"` // of one that is none of the spec's
	Status      string `json:"status"`
	Unreachable bool   `json:"unreachable,omitempty"`
}

// Verb is something that the spec did to its nodes or links.
type Verb struct {
	At    int64  `json:"t"`
	End   *int64 `json:"end,omitempty"`
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

// Fault is a fault that was put on links.
type Fault struct {
	At    int64   `json:"t"`
	End   *int64  `json:"end,omitempty"`
	Verb  string  `json:"verb"`  // "partition(a, b)"
	Kind  string  `json:"kind"`  // "cut", "delay", "loss"...
	Links []Ended `json:"links"` // each with the end of its own
	Bites uint64  `json:"bites"` // on how many frames it had an effect
	Place string  `json:"place,omitempty"`
}

// Cut is the Kind of a Fault that cuts links.
const Cut = "cut"

// Ended is a link of a fault.
type Ended struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	End  *int64 `json:"end,omitempty"` // when it was taken off this link
}

// Operation is what a client did, a command of the spec for instance.
type Operation struct {
	At      int64  `json:"t"`
	End     *int64 `json:"end,omitempty"` // missing if nobody knows whether it took effect
	Client  string `json:"client"`
	Role    int    `json:"role"` // that it was for; -1 if none
	Command bool   `json:"command,omitempty"`
	Input   string `json:"input"`
	Output  string `json:"output,omitempty"`
	Error   string `json:"error,omitempty"` // with which it ended or, without an end, why nobody knows
	Place   string `json:"place,omitempty"`
}

// Barrier is that a role came to a barrier and went on.
type Barrier struct {
	At    int64  `json:"t"`
	End   *int64 `json:"end,omitempty"`
	Role  int    `json:"role"`
	Name  string `json:"name"`
	Error string `json:"error,omitempty"`
}

// Line is one of the timeline.
type Line struct {
	At   int64  `json:"t"`
	Role int    `json:"role"` // -1 for what the spec did
	Text string `json:"text"`
}

// Stall is that something has timed out, and where the goroutines were then.
type Stall struct {
	At    int64        `json:"t"`
	What  string       `json:"what"` // the barrier "ready", for instance
	Where []Goroutines `json:"where,omitempty"`
}

// Goroutines are some that were at the same place.
type Goroutines struct {
	Roles []int  `json:"roles,omitempty"` // whose they are; none: the spec's own
	Count int    `json:"count"`
	Stack string `json:"stack"` // a line for a function, and one below it for where
}

// Frames are those that were kept, in order of sending.
type Frames struct {
	Sent  []int64  `json:"sent,omitempty"`
	Took  []int64  `json:"took,omitempty"`
	Link  []int    `json:"link,omitempty"`
	Bytes []int    `json:"bytes,omitempty"`
	Fate  []int    `json:"fate,omitempty"`
	Kind  []int    `json:"kind,omitempty"`
	Fates []string `json:"fates,omitempty"`
	Kinds []string `json:"kinds,omitempty"`
}

// The fates that Fates begin with.
const (
	Delivered = iota
	Waiting
)

// Link is all that a link has carried.
type Link struct {
	From      int               `json:"from"`
	To        int               `json:"to"`
	Delivered uint64            `json:"delivered"`
	Waiting   int               `json:"waiting,omitempty"` // held and delayed
	Dropped   map[string]uint64 `json:"dropped,omitempty"` // by reason
}

// LeftOut is what was not kept.
type LeftOut struct {
	Frames     uint64   `json:"frames,omitempty"`
	Before     int64    `json:"before,omitempty"` // frames from then on are complete
	Buckets    []Bucket `json:"buckets,omitempty"`
	Lines      int      `json:"lines,omitempty"`
	Operations int      `json:"operations,omitempty"`
	Views      int      `json:"views,omitempty"`
	Barriers   int      `json:"barriers,omitempty"`
}

// Bucket counts frames of a link that were not kept, by when they were sent.
type Bucket struct {
	At        int64  `json:"t"`
	Width     int64  `json:"width"`
	Link      int    `json:"link"`
	Delivered uint64 `json:"delivered,omitempty"`
	Lost      uint64 `json:"lost,omitempty"`
}

// Read reads a record. It returns an error for what is none, or of a version that this package does not know.
func Read(from io.Reader) (*Record, error) {
	r := &Record{}
	err := json.NewDecoder(from).Decode(r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("record: %w", err)
	case r.Format != Format:
		return nil, errors.New("record: this is no " + Format)
	case r.Version != Version:
		return nil, fmt.Errorf("record: it is of version %d, and this reads %d", r.Version, Version)
	}
	return r, nil
}

// Write writes a record, with the format and version of this package.
func (r *Record) Write(to io.Writer) error {
	r.Format, r.Version = Format, Version
	return json.NewEncoder(to).Encode(r)
}

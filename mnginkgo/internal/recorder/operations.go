package recorder

import (
	"slices"
	"time"
)

// Operation is what a client did.
type Operation struct {
	Client  string
	Role    string // that it was for; "" if none
	Command bool   // of the spec
	Input   string
	Place   string

	began, ended  time.Time // ended is zero as long as nobody knows whether it took effect
	output, error string
}

// limit bounds how many operations are kept: the latest, and at most twice as many.
const limit = 5000

// latest are the last operations.
type latest struct {
	all    []*Operation
	before int
}

// Begin notes that an operation begins.
func (r *Recorder) Begin(o Operation) *Operation {
	if r == nil {
		return &o
	}
	o.began, o.Input = time.Now(), oneLine(o.Input)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.operations.all) >= 2*limit {
		r.operations.before += limit
		r.operations.all = slices.Clone(r.operations.all[limit:])
	}
	r.operations.all = append(r.operations.all, &o)
	return &o
}

// End notes how an operation has ended: with an output or an error.
func (r *Recorder) End(o *Operation, output string, err error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o.ended, o.output = time.Now(), oneLine(output)
	if err != nil {
		o.error = oneLine(err.Error())
	}
}

// GiveUp notes that nobody will know whether an operation took effect, and why, if that is known.
func (r *Recorder) GiveUp(o *Operation, err error) {
	if r == nil || err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o.error = oneLine(err.Error())
}

package mnginkgo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// activity is what a role is busy with.
type activity struct {
	mu    sync.Mutex
	jobs  []*job
	empty chan struct{} // closed when the last job ends; nil if nobody waits
}

type job struct {
	what  string
	since time.Time
}

// begin notes a job and returns the function that ends it.
func (a *activity) begin(what string) (end func()) {
	j := &job{what, time.Now()}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.jobs = append(a.jobs, j)
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.jobs = slices.DeleteFunc(a.jobs, func(other *job) bool { return other == j })
		if len(a.jobs) == 0 && a.empty != nil {
			close(a.empty)
			a.empty = nil
		}
	}
}

// jobPatience is how long a job may go on when its context has ended, before it
// counts as one that does not care.
const jobPatience = time.Second

// wait waits until the jobs have ended, and returns an error that names those that
// do not.
func (a *activity) wait(ctx context.Context) error {
	a.mu.Lock()
	if len(a.jobs) == 0 {
		a.mu.Unlock()
		return nil
	}
	if a.empty == nil {
		a.empty = make(chan struct{})
	}
	empty := a.empty
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, jobPatience)
	defer cancel()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("still %s: code on a role must end with its context", a)
	}
}

// String returns the jobs with their times, or "idle".
func (a *activity) String() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.jobs) == 0 {
		return "idle"
	}
	all := make([]string, len(a.jobs))
	for i, j := range a.jobs {
		all[i] = fmt.Sprintf("%s for %v", j.what, time.Since(j.since).Round(time.Millisecond))
	}
	return strings.Join(all, ", ")
}

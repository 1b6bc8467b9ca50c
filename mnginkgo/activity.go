package mnginkgo

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// activity is what a role is busy with.
type activity struct {
	mu   sync.Mutex
	jobs []*job
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

package mnginkgo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Always has the spec fail at the first moment at which the views of its nodes break an invariant, whatever the body
// does and whatever faults are on then, until stop is called or the spec is over. It calls holds at once, and then
// whenever a view changes, with those of all nodes that run, by role: their members, leader and why they have ended.
// Holds returns an error if they break it. It must be quick, and must not wait. The body then ends at its next verb,
// matcher or command.
//
//	defer cluster.Always("never two leaders in sight", func(views []View) error { ... })()
//
// Views of different nodes are from different moments, as far apart as frames take. A node with a Boot of one's own
// tells of each change if it is a ViewNotifier. Of more than 64 roles the views are not watched, and Always fails the
// spec.
func (c *Cluster) Always(invariant string, holds func(views []View) error) (stop func()) {
	c.use("Always")
	switch {
	case holds == nil:
		failHere(fmt.Sprintf("Always(%q): the function is nil", invariant))
	case len(c.roles.Names) >= crowd:
		failHere(fmt.Sprintf("Always(%q): the views of %d roles are not watched, only those of %d or fewer", invariant, len(c.roles.Names), crowd-1))
	}
	i := &always{what: invariant, holds: holds, where: types.NewCodeLocation(outside()), since: time.Now()}
	c.invariants.add(c, i)
	if _, err := stage.Watch.Ask(c.context(), c.stage, stage.Nothing{}); err != nil {
		c.must(stage.Wrap(err, "Always(%q)", invariant))
	}
	return func() { c.invariants.remove(i) }
}

// always is an invariant of a spec.
type always struct {
	what  string
	holds func([]View) error
	where types.CodeLocation
	since time.Time
}

// invariants are those of a spec, and what they are about. A goroutine of their own asks them: what they see comes in
// those of the nodes.
type invariants struct {
	mu     sync.Mutex
	all    []*always
	unseen []stage.Sight
	more   chan struct{}     // there is something unseen; nil as long as nobody looks
	over   chan struct{}     // closed when nobody is to look any more
	idle   chan struct{}     // closed when nobody looks any more
	views  map[string]seenIn // by role
	broken *broken
}

// broken says which invariant did not hold, and when.
type broken struct {
	what  string
	at    time.Time
	ended bool // the body has heard of it
}

// add has the invariants of a cluster include one more.
func (is *invariants) add(c *Cluster, i *always) {
	is.mu.Lock()
	defer is.mu.Unlock()
	is.all = append(is.all, i)
	if is.more == nil {
		is.more, is.over, is.idle, is.views = make(chan struct{}, 1), make(chan struct{}), make(chan struct{}), map[string]seenIn{}
		go is.look(c, is.over, is.idle)
	}
}

func (is *invariants) remove(i *always) {
	is.mu.Lock()
	defer is.mu.Unlock()
	is.all = slices.DeleteFunc(is.all, func(other *always) bool { return other == i })
}

// end ends the work for a spec, and waits for an invariant that is being asked, for a second at most.
func (is *invariants) end() {
	is.mu.Lock()
	over, idle := is.over, is.idle
	is.over, is.all = nil, nil
	is.mu.Unlock()
	if over == nil {
		return
	}
	close(over)
	select {
	case <-idle:
	case <-time.After(time.Second):
	}
}

// saw is told of a new view.
func (is *invariants) saw(s stage.Sight) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if is.over == nil || is.broken != nil {
		return // nobody looks
	}
	is.unseen = append(is.unseen, s)
	select {
	case is.more <- struct{}{}:
	default: // there is more already
	}
}

// look asks the invariants whenever there is something new.
func (is *invariants) look(c *Cluster, over <-chan struct{}, idle chan<- struct{}) {
	defer close(idle)
	defer ginkgo.GinkgoRecover()
	for {
		select {
		case <-is.more:
		case <-over:
			return
		}
		is.mu.Lock()
		unseen := is.unseen
		is.unseen = nil
		is.mu.Unlock()
		for _, s := range unseen {
			views := is.with(c, s)
			for _, i := range is.present() {
				if err := i.check(views); err != nil && slices.Contains(is.present(), i) { // it may have been stopped meanwhile
					is.fail(c, i, s.Time, views, err)
				}
			}
		}
	}
}

// present returns the invariants that are to hold now.
func (is *invariants) present() []*always {
	is.mu.Lock()
	defer is.mu.Unlock()
	return slices.Clone(is.all)
}

// with returns what the nodes that run see, with one sight more. What a node saw in an earlier life does not count.
func (is *invariants) with(c *Cluster, s stage.Sight) (views []View) {
	if g, err := codec.DecodeAs[glimpse](s.Seen, nil); err == nil {
		is.views[s.Role] = seenIn{s.Life, View{
			Role: s.Role, Members: g.Members, TellsMembers: g.TellsMembers, Leader: g.Leader, TellsLeader: g.TellsLeader,
			Ended: g.Ended, TellsEnded: true,
		}}
	}
	for _, role := range c.cast.Running() {
		if v, known := is.views[role]; known && v.life == c.cast.Incarnation(role) {
			views = append(views, v.View)
		}
	}
	return views
}

// seenIn is what a node saw in one of its lives.
type seenIn struct {
	life uint64
	View
}

// check asks one invariant. A panic in it breaks it.
func (i *always) check(views []View) (err error) {
	if len(views) == 0 {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return i.holds(views)
}

// fail fails the spec, and ends the goroutine that looks.
func (is *invariants) fail(c *Cluster, i *always, at time.Time, views []View, err error) {
	if at.Before(i.since) {
		at = i.since // it was so already
	}
	is.mu.Lock()
	is.broken = &broken{what: i.what, at: at}
	is.mu.Unlock()
	lines := []string{fmt.Sprintf("always %s: %v", i.what, err)}
	c.failed.Note(stage.Entry{Time: at, Text: "FAILED " + lines[0]})
	for _, v := range views {
		lines = append(lines, "  "+v.Role+"  "+v.seen().Line())
	}
	failAt(types.SpecStateFailed, strings.Join(lines, "\n"), i.where)
}

// ended returns an error for the body of a spec that is to end because of what did not hold, once: what cleans up goes
// on.
func (is *invariants) ended() error {
	is.mu.Lock()
	defer is.mu.Unlock()
	if is.broken == nil || is.broken.ended || !rolecode.InGinkgosGoroutine() {
		return nil
	}
	is.broken.ended = true
	return errors.New("the body ends here, as it did not always hold: " + is.broken.what)
}

// brokenAt returns when an invariant did not hold, if that is what a failure is about, or zero.
func (is *invariants) brokenAt(message string) time.Time {
	is.mu.Lock()
	defer is.mu.Unlock()
	if is.broken == nil || !strings.HasPrefix(message, "always "+is.broken.what+":") {
		return time.Time{}
	}
	return is.broken.at
}

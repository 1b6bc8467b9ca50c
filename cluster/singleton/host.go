package singleton

import (
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// phase is how far an instance on this node is in its life.
type phase uint8

const (
	idle     phase = iota // there is none
	running               //
	moving                // those who send to it are asked to hold back
	stopping              // it is told to end
)

// host is the part of a keeper that runs the instance.
type host[M any] struct {
	factory    func() actor.Actor[M]
	phase      phase
	instance   actor.Ref[M]
	generation uint64
	began      time.Time
	due        time.Time // no start before

	asked     map[life]bool     // asked to yield
	followers map[life]bool     // asked where the instance is
	holding   map[life]bool     // asked to hold back, and have not answered
	patience  time.Time         // they, or then the next host, are waited for until then
	replies   []actor.Ref[bool] // to be told once this node has retired
}

// considerHosting starts or moves the instance if it is time to.
func (k *keeper[M]) considerHosting() {
	h := &k.host
	mine := k.hosts && !k.over && k.turn.host == k.self
	switch {
	case h.phase == idle && mine:
		k.tryStart()
	case h.phase == running && !mine:
		// Two clusters have met, or this node was given up. There may be another instance
		// already, so there is no time to move this one.
		k.quit()
	case h.phase == moving:
		k.checkHeld()
	}
	if !mine {
		clear(h.asked)
	}
}

// tryStart starts the instance unless someone may still run another one.
func (k *keeper[M]) tryStart() {
	h := &k.host
	for l := range h.asked {
		if !slices.Contains(k.turn.before, l) {
			delete(h.asked, l)
		}
	}
	for _, l := range k.turn.before {
		if !h.asked[l] {
			h.asked[l] = true
			k.send(l, message[M]{Kind: yield})
		}
	}
	if len(k.turn.before) > 0 || !k.guide.at.isZero() {
		return
	}
	if wait := time.Until(h.due); wait > 0 {
		k.ctx.After("start", wait, message[M]{Kind: changed})
		return
	}
	k.startInstance()
}

func (k *keeper[M]) startInstance() {
	h := &k.host
	actor.Publish(k.m.System(), Started{k.name})
	instance, err := actor.Spawn(k.ctx, "instance", h.factory, k.actor...)
	if err != nil {
		k.ctx.Log().Error("singleton did not start", slog.String("name", k.name), slog.Any("error", err))
		actor.Publish(k.m.System(), Stopped{k.name})
		k.notBefore(k.retry)
		k.ctx.After("start", k.retry, message[M]{Kind: changed})
		return
	}
	h.phase, h.instance, h.began = running, instance, time.Now()
	h.generation++
	k.ctx.Watch(instance)
	k.found(place[M]{k.self, h.generation, instance})
	for _, l := range sorted(h.followers) {
		k.tellWhere(l)
	}
}

// follow notes that a node wants to know where the instance is.
func (k *keeper[M]) follow(l life) {
	if k.mayFollow(l) && k.host.phase == running {
		k.tellWhere(l)
	}
}

// mayFollow notes a follower, unless there will be no instance here any more, which it is
// then told.
func (k *keeper[M]) mayFollow(l life) bool {
	if k.retired[k.self] && k.host.phase == idle {
		k.send(l, message[M]{Kind: stopped, Of: k.self, ForGood: true})
		return false
	}
	k.host.followers[l] = true
	return true
}

func (k *keeper[M]) tellWhere(l life) {
	k.send(l, message[M]{Kind: here, Instance: k.host.instance, Generation: k.host.generation})
}

// yieldTo retires because another node knows that this one is about to go, or is Down.
func (k *keeper[M]) yieldTo(l life) {
	if k.mayFollow(l) {
		k.retire()
	}
}

// retire has this node never run an instance again.
func (k *keeper[M]) retire() {
	k.retired[k.self] = true
	switch k.host.phase {
	case idle:
		k.announceStop()
	case running:
		k.move()
	}
}

// move has the instance end once nobody sends to it any more.
func (k *keeper[M]) move() {
	h := &k.host
	h.phase = moving
	h.holding = maps.Clone(h.followers)
	h.patience = time.Now().Add(k.config.patience)
	k.guide.held = true
	k.askToHold()
	k.checkHeld()
}

func (k *keeper[M]) askToHold() {
	for _, l := range sorted(k.host.holding) {
		k.send(l, message[M]{Kind: hold, Generation: k.host.generation})
	}
}

// hasHeld notes that everything a node has sent to the instance has arrived.
func (k *keeper[M]) hasHeld(l life, generation uint64) {
	if k.host.phase == moving && generation == k.host.generation {
		delete(k.host.holding, l)
		k.checkHeld()
	}
}

// checkHeld goes on with a move if everybody who can be waited for holds back.
func (k *keeper[M]) checkHeld() {
	h := &k.host
	for l := range h.holding {
		if m, ok := k.view.Member(l.Address); ok && (m.Unheard || m.Incarnation != l.Incarnation) {
			delete(h.holding, l)
		}
	}
	if len(h.holding) > 0 && time.Now().Before(h.patience) {
		return
	}
	k.stop(k.ctx.DrainChild)
}

// quit stops the instance at once.
func (k *keeper[M]) quit() {
	if k.host.phase != idle {
		k.stop(k.ctx.StopChild)
	}
}

func (k *keeper[M]) stop(how func(actor.AnyRef) error) {
	k.host.phase = stopping
	if err := how(k.host.instance); err != nil {
		k.ctx.Log().Debug("singleton has ended already", slog.Any("error", err))
	}
}

// instanceEnded handles the end of the instance on this node.
func (k *keeper[M]) instanceEnded() {
	h := &k.host
	unasked := h.phase == running
	h.phase, h.instance = idle, actor.Ref[M]{}
	actor.Publish(k.m.System(), Stopped{k.name})
	if k.guide.at.host == k.self {
		k.lose()
	}
	k.show()
	if !unasked {
		k.announceStop()
		return
	}
	if time.Since(h.began) < k.retry {
		k.notBefore(k.retry)
	}
	k.consider()
}

// announceStop tells everybody that there is no instance here.
func (k *keeper[M]) announceStop() {
	forGood := k.retired[k.self]
	for _, l := range k.audience() {
		k.send(l, message[M]{Kind: stopped, Of: k.self, ForGood: forGood})
	}
	clear(k.host.followers)
	k.host.patience = time.Now().Add(k.config.patience)
	k.consider()
}

// reply tells those who wait on this node that it has retired, once it knows where to
// send what waits here, or has waited for that for long enough.
func (k *keeper[M]) reply() {
	h, g := &k.host, &k.guide
	if h.phase != idle || !k.retired[k.self] {
		return
	}
	if !k.over && g.at.isZero() && k.turn.host != (life{}) && time.Now().Before(h.patience) {
		return
	}
	for _, r := range h.replies {
		r.Tell(true)
	}
	h.replies = nil
}

func sorted(set map[life]bool) []life {
	return slices.SortedFunc(maps.Keys(set), life.Compare)
}

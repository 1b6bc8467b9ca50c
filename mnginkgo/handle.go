package mnginkgo

import (
	"fmt"
	"syscall"

	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/transport"
)

// Handle is one role's node in the hands of the spec's process, where the node
// itself need not be. Code that needs the node is a Command.
type Handle struct {
	cluster *Cluster
	role    string
}

// Node returns a handle on the node of a role. It fails the spec if there is no such
// role; whether the node runs does not matter.
func (c *Cluster) Node(role string) *Handle {
	c.use("Node")
	if err := names.Known(c.roles.Names, role); err != nil {
		failHere("Node: " + err.Error())
	}
	return &Handle{c, role}
}

func (h *Handle) owner() *Cluster {
	if h == nil {
		return nil
	}
	return h.cluster
}

// Role returns the node's role.
func (h *Handle) Role() string {
	h.owner().own("Role")
	return h.role
}

// Address returns the node's address on the network.
func (h *Handle) Address() transport.Address {
	h.owner().own("Address")
	return h.cluster.roles.Address(h.role)
}

// Running reports whether the node runs: it was started, has not ended, and is not
// paused.
func (h *Handle) Running() bool {
	h.owner().use("Running")
	return h.cluster.cast.State(h.role) == cast.Running
}

// Incarnation returns how many nodes the role has had in this spec; 0 before Start.
func (h *Handle) Incarnation() uint64 {
	h.owner().use("Incarnation")
	return h.cluster.cast.Incarnation(h.role)
}

// View returns what the node sees now, or an error if it does not run or cannot say.
func (h *Handle) View() (View, error) {
	if err := h.owner().usableBy("View"); err != nil {
		return View{}, err
	}
	return h.view()
}

func (h *Handle) view() (View, error) {
	if err := h.cluster.cast.NeedRunning(h.role); err != nil {
		return View{}, err
	}
	ctx, cancel := h.cluster.looking()
	defer cancel()
	return h.cluster.observe(ctx, h.role)
}

// Observe implements Observer: the node's own view.
func (h *Handle) Observe() ([]View, error) {
	if err := h.owner().usableBy("Observe"); err != nil {
		return nil, err
	}
	v, err := h.view()
	if lost := h.cluster.anyLoss(); lost != nil {
		return nil, lost
	}
	if err != nil {
		return nil, err
	}
	return []View{v}, nil
}

// actual implements what matchers ask of what belongs to a spec.
func (h *Handle) actual() sight.Actual {
	a := h.cluster.actual()
	a.Text, a.Whole, a.End = h.role+" of "+a.Text, false, h.processEnd
	return a
}

// processEnd says how the role's latest process has ended.
func (h *Handle) processEnd() (sight.End, error) {
	if !h.cluster.roles.Isolated {
		return sight.End{}, fmt.Errorf("role %s has no process of its own; that needs MultiNode(Roles(...), Parallel(Isolated()))", h.role)
	}
	if lost := h.cluster.anyLoss(); lost != nil {
		return sight.End{}, lost
	}
	end := h.cluster.cast.End(h.role)
	if end == nil {
		return sight.End{}, nil
	}
	return sight.End{Ended: true, Code: end.Code, Signal: syscall.Signal(end.Signal)}, nil
}

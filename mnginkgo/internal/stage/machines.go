package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// machines are those of the roles, on the network that connections of package net use. A
// role's own process has its machine there while it runs; the stage has it when it is
// deserted.
type machines struct {
	network   transport.Network
	addresses map[string]transport.Address

	mu       sync.Mutex
	deserted map[string]*netconn.Stack
	over     bool
}

func (s *Stage) desert(_ context.Context, role string) error {
	m := &s.machines
	m.mu.Lock()
	defer m.mu.Unlock()
	address, ok := m.addresses[role]
	if !ok || m.over || m.deserted[role] != nil {
		return nil
	}
	var peers []transport.Address
	for other, a := range m.addresses {
		if other != role {
			peers = append(peers, a)
		}
	}
	slices.Sort(peers)
	machine, err := netconn.Deserted(m.network, address, peers...)
	if err != nil {
		return fmt.Errorf("stage: the machine of role %q: %w", role, err)
	}
	m.deserted[role] = machine
	return nil
}

func (s *Stage) reclaim(_ context.Context, role string) error {
	m := &s.machines
	m.mu.Lock()
	defer m.mu.Unlock()
	machine := m.deserted[role]
	if machine == nil {
		return nil
	}
	delete(m.deserted, role)
	return machine.Close()
}

// Close takes all machines off the network that are left.
func (s *Stage) Close() error {
	m := &s.machines
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = true
	var errs []error
	for _, machine := range m.deserted {
		errs = append(errs, machine.Close())
	}
	m.deserted = nil
	return errors.Join(errs...)
}

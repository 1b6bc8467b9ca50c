// Package names knows the roles of a plan: what they are called, and where they are on the network.
package names

import (
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/transport"
)

// Roles are those of a plan.
type Roles struct {
	Names     []string
	Addresses map[string]transport.Address // of those whose address is not their name
	Parallel  bool                         // each has a process
	Isolated  bool                         // of its own alone
	Virtual   bool                         // all are in one process, with a clock of their own
}

// Variant names what the roles run in for people.
func (r Roles) Variant() string {
	switch {
	case r.Isolated:
		return "isolated"
	case r.Parallel:
		return "parallel"
	case r.Virtual:
		return "virtual"
	}
	return "in-process"
}

// Address returns the address of a role's node on the network.
func (r Roles) Address(role string) transport.Address {
	if address, ok := r.Addresses[role]; ok {
		return address
	}
	return transport.Address(role)
}

// NetAddress returns the address of a role's Network on the Switch, which is not that
// of the frames that its node opens by itself.
func (r Roles) NetAddress(role string) transport.Address { return r.Address(role) + ofNetwork }

const ofNetwork = "~net"

// At returns the role of an address, or the address if it is nobody's.
func (r Roles) At(address transport.Address) string {
	own := transport.Address(strings.TrimSuffix(string(address), ofNetwork))
	if len(r.Addresses) == 0 { // of a large cluster this is asked often
		if role := string(own); !slices.Contains(r.Names, string(address)) && slices.Contains(r.Names, role) {
			return role
		}
		return string(address)
	}
	for _, role := range r.Names {
		if a := r.Address(role); a == address || a == own {
			return role
		}
	}
	return string(address)
}

// Known returns an error unless there is a role of that name.
func Known(roles []string, name string) error {
	if slices.Contains(roles, name) {
		return nil
	}
	return fmt.Errorf("unknown role %q: the roles are %s", name, strings.Join(roles, ", "))
}

// Different returns an error unless there is a role of each name, and none is named twice: for
// the ends of links.
func Different(roles, named []string) error {
	for i, name := range named {
		if err := Known(roles, name); err != nil {
			return err
		}
		if slices.Contains(named[:i], name) {
			return fmt.Errorf("role %q is named twice: a link needs two different roles", name)
		}
	}
	return nil
}

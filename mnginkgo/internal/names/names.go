// Package names checks names of roles.
package names

import (
	"fmt"
	"slices"
	"strings"
)

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

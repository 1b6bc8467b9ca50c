package mnginkgo

// RoleNames are names of roles, as made by Roles.
type RoleNames []string

// Roles names the roles of a MultiNode container, or one side of a Split.
func Roles(names ...string) RoleNames { return names }

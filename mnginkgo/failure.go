package mnginkgo

import (
	"fmt"
	"strings"
)

// failure is what went wrong in code that ran on a role.
type failure struct {
	Role    string
	PID     int
	Message string
	Where   string // file:line
	Stack   string // of a panic; "" otherwise
}

// Error returns role, process, place, message and, for a panic, the stack.
func (f *failure) Error() string {
	text := fmt.Sprintf("on role %s (process %d), at %s:\n%s", f.Role, f.PID, f.Where, indent(f.Message, "  "))
	if f.Stack != "" {
		text += "\n" + indent(f.Stack, "    ")
	}
	return text
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}

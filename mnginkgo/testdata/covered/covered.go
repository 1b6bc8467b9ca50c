// Package covered is what a suite of its own covers, with each role another part.
package covered

// Work returns what a role does.
func Work(role string) string {
	switch role {
	case "a":
		return "leads"
	case "b":
		return "follows"
	case "c":
		return "leaves"
	case "d":
		return "exits"
	}
	return "is nobody's"
}

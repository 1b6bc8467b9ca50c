package sight

import (
	"fmt"
	"strings"
)

// Row is what one node sees, for people.
type Row struct {
	Role   string
	Text   string
	Wanted bool // it is as a matcher wants it
}

// Table returns a line for each row: whose it is, what it sees, and whether that is as
// wanted.
func Table(rows []Row) string {
	width, widest := 0, 0
	for _, r := range rows {
		width = max(width, len(r.Role))
		widest = max(widest, len(r.Text))
	}
	// Beyond this the remark would not fit on a line of 80 columns.
	const room = 80 - 2*len("    ") - len("  ") - len("  as wanted")
	widest = min(widest, room-width)
	lines := make([]string, len(rows))
	for i, r := range rows {
		mark := ""
		if r.Wanted {
			mark = "  as wanted"
		}
		lines[i] = strings.TrimRight(fmt.Sprintf("%-*s  %-*s%s", width, r.Role, widest, r.Text, mark), " ")
	}
	return strings.Join(lines, "\n")
}

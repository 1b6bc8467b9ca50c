package account

import (
	"fmt"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// mostGroups and mostFrames bound what is shown of goroutines. The page has all.
const (
	mostGroups = 12
	mostFrames = 8
)

// goroutines describes where they are: whose they are, how many, and the functions with their places.
func goroutines(all []stage.Goroutines) string {
	var b strings.Builder
	for i, g := range all {
		if i == mostGroups {
			fmt.Fprintf(&b, "  and goroutines at %d other places\n", len(all)-i)
			break
		}
		whose := strings.Join(g.Roles, ", ")
		if whose == "" {
			whose = "the spec"
		}
		fmt.Fprintf(&b, "  %s", whose)
		if g.Count > 1 {
			fmt.Fprintf(&b, ": %d goroutines", g.Count)
		}
		b.WriteString("\n")
		lines := strings.Split(g.Stack, "\n")
		for j := 0; j+1 < len(lines); j += 2 {
			if j/2 == mostFrames {
				fmt.Fprintf(&b, "    and %d functions more\n", (len(lines)-j)/2)
				break
			}
			fmt.Fprintf(&b, "    %s\n      %s\n", lines[j], strings.TrimSpace(lines[j+1]))
		}
	}
	return b.String()
}

package account

import (
	"fmt"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// timeline has a line for each entry: when, who, what. The spec itself is "*".
func timeline(entries []stage.Entry) string {
	if len(entries) == 0 {
		return "  (empty)\n"
	}
	width := 1
	for _, e := range entries {
		width = max(width, len(e.Role))
	}
	var b strings.Builder
	start := entries[0].Time
	for _, e := range entries {
		who := e.Role
		if who == "" {
			who = "*"
		}
		ms := float64(e.Time.Sub(start)) / float64(time.Millisecond)
		fmt.Fprintf(&b, "  %9.3fms  %-*s  %s\n", ms, width, who, process.Visible(e.Text))
	}
	return b.String()
}

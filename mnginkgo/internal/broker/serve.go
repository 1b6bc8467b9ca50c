package broker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// What comes before the name of a verb of the stage of the spec that a process directs, and of the one
// that it hosts a role on.
const (
	directed = "stage."
	hosted   = "role."
)

// do does a verb of a stage for the process.
func (h *host) do(ctx context.Context, method string, argument []byte) ([]byte, error) {
	l, role := h.hostsFor()
	verb, directs := strings.CutPrefix(method, directed)
	if directs {
		l = under(h.b, func() *loan { return h.directed })
	}
	switch {
	case directs && l == nil:
		return nil, fmt.Errorf("%s directs no spec", h.name)
	case l == nil:
		return nil, fmt.Errorf("%s hosts no role", h.name)
	case !directs:
		ctx, cancel := h.mourned(ctx)
		defer cancel()
		return l.Ask(stage.As(ctx, role), strings.TrimPrefix(method, hosted), argument)
	}
	answer, err := l.Ask(ctx, verb, argument)
	if err != nil {
		l.mourn(ctx)
	}
	return answer, err
}

// mourned returns a context that ends with ctx or, if that ends because the process has died, when
// the spec was told: what waits for the role says so then.
func (h *host) mourned(ctx context.Context) (context.Context, context.CancelFunc) {
	mourned, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		switch {
		case h.alive():
		case h.isolated == nil:
			<-h.told
		default: // the news of its end waits for what it has called, and so for this
			h.isolated.leaveBarriers(h)
		}
	})
	return mourned, func() { stop(); cancel() }
}

func hashOf(tree string) string {
	sum := sha256.Sum256([]byte(tree))
	return hex.EncodeToString(sum[:])
}

// difference says where two processes' trees part. Each line of a tree is one node.
func difference(mine, theirs, process string) error {
	own, other := strings.Split(mine, "\n"), strings.Split(theirs, "\n")
	for i := range max(len(own), len(other)) {
		a, b := lineAt(own, i), lineAt(other, i)
		if a != b {
			return fmt.Errorf("%s built another tree of specs than process 1;\nall processes must build the same. "+
				"The first node that differs is number %d:\n  process 1: %s\n  %s: %s\n"+
				"Look for code in a container's body that depends on the process, the time, an unsorted map or chance",
				process, i+1, a, process, b)
		}
	}
	return nil
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

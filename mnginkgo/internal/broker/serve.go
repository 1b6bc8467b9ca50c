package broker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// verbs has each verb of a stage answer a process.
var verbs []func(*host)

// asked makes a verb of a stage.Director that has an answer.
func asked[A, R any](name string, do func(stage.Director, context.Context, A) (R, error)) method[A, R] {
	m := method[A, R]("stage." + name)
	verbs = append(verbs, func(h *host) {
		m.serve(h.peer, func(ctx context.Context, argument A) (R, error) {
			l, err := h.conducts()
			if err != nil {
				var none R
				return none, err
			}
			answer, err := do(l, ctx, argument)
			if err != nil {
				l.mourn(ctx)
			}
			return answer, err
		})
	})
	return m
}

// told makes one that has none.
func told[A any](name string, do func(stage.Director, context.Context, A) error) method[A, nothing] {
	return asked(name, func(d stage.Director, ctx context.Context, argument A) (nothing, error) {
		return nothing{}, do(d, ctx, argument)
	})
}

// bare makes of what has no argument what has one.
func bare[R any](do func(stage.Director, context.Context) (R, error)) func(stage.Director, context.Context, nothing) (R, error) {
	return func(d stage.Director, ctx context.Context, _ nothing) (R, error) { return do(d, ctx) }
}

// hosted makes a verb of a stage.Backstage.
func hosted[A, R any](name string, do func(s stage.Backstage, ctx context.Context, role string, argument A) (R, error)) method[A, R] {
	m := method[A, R]("role." + name)
	verbs = append(verbs, func(h *host) {
		m.serve(h.peer, func(ctx context.Context, argument A) (R, error) {
			l, role, err := h.hostsFor()
			if err != nil {
				var none R
				return none, err
			}
			ctx, cancel := h.mourned(ctx)
			defer cancel()
			return do(l, ctx, role, argument)
		})
	})
	return m
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

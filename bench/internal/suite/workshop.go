// Package suite compiles Ginkgo suites of this module and runs them, in one process or
// in several, or as a child of a broker that it plays itself.
package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// module is what the suites belong to.
const module = "github.com/7aca83c2/multinode/bench"

// Workshop is a folder with what was compiled. Close it.
type Workshop struct {
	root   string // of the module
	folder string
}

// Open returns a Workshop that has Ginkgo's command, of the version in go.mod. It
// returns an error outside of the module's folder.
func Open(ctx context.Context) (*Workshop, error) {
	root, err := Output(ctx, exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module))
	if err != nil {
		return nil, fmt.Errorf("suite: find module %s: %w", module, err)
	}
	folder, err := os.MkdirTemp("", "multinode-bench-*")
	if err != nil {
		return nil, fmt.Errorf("suite: %w", err)
	}
	w := &Workshop{strings.TrimSpace(root), folder}
	if err := w.goTool(ctx, "build", "-o", w.path("ginkgo"), "github.com/onsi/ginkgo/v2/ginkgo"); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Compile returns the suite of that name in folder suites.
func (w *Workshop) Compile(ctx context.Context, name string) (*Suite, error) {
	s := &Suite{w, name, w.path(name + ".test"), filepath.Join(w.root, "suites", name), nil}
	if err := w.goTool(ctx, "test", "-c", "-o", s.binary, "./suites/"+name); err != nil {
		return nil, err
	}
	return s, nil
}

// Close removes the folder.
func (w *Workshop) Close() error {
	if err := os.RemoveAll(w.folder); err != nil {
		return fmt.Errorf("suite: close: %w", err)
	}
	return nil
}

func (w *Workshop) path(name string) string { return filepath.Join(w.folder, name) }

// goTool runs the go command in the module's folder.
func (w *Workshop) goTool(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = w.root
	cmd.Env = append(os.Environ(), "GOTMPDIR="+w.folder)
	if _, err := Output(ctx, cmd); err != nil {
		return fmt.Errorf("suite: go %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// outputKept is how much of the output of what fails is told, in bytes.
const outputKept = 4 << 10

// Output runs the command, which was made with ctx, and returns what it wrote. If it
// fails, the error has the end of that, and nothing of its group is left.
func Output(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	inGroup(cmd)
	if err := cmd.Run(); err != nil {
		endGroup(cmd)
		return "", withOutput(errors.Join(err, context.Cause(ctx)), out.String())
	}
	return out.String(), nil
}

func withOutput(err error, text string) error {
	text = strings.TrimSpace(text)
	if len(text) > outputKept {
		text = "..." + text[len(text)-outputKept:]
	}
	return fmt.Errorf("%w\n%s", err, text)
}

package company

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/7aca83c2/multinode/mnginkgo/internal/coverage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// IsChild reports whether this process is a child: what is true of it is in its environment.
func IsChild() bool { return os.Getenv(settings.ChildOf) != "" }

// ChildPart returns which part of the tree a child has to build.
func ChildPart() string { return os.Getenv(settings.ChildTree) }

// ServeAsChild has Ginkgo run nothing in a child but, in a ReportBeforeSuite, when the tree is
// built, a host, which serves until the broker goes. That never returns.
func (p *Process) ServeAsChild(host func(ctx context.Context) Host) {
	// Ginkgo would announce a suite that the child does not run, and has no flag for that; its
	// reporter writes to this variable. What the user's code writes goes on, and is shown if the
	// child dies.
	formatter.ColorableStdOut = io.Discard
	ginkgo.ReportBeforeSuite(func(ctx ginkgo.SpecContext, _ ginkgo.Report) {
		if err := p.serve(ctx, host(ctx)); err != nil {
			fmt.Fprintln(os.Stderr, "multinode: child process:", err)
			os.Exit(1)
		}
		os.Exit(0)
	})
}

func (p *Process) serve(ctx context.Context, h Host) error {
	_ = os.Unsetenv(settings.ChildTree)
	_ = os.Unsetenv(settings.ChildOf) // a process that this one starts is no child of the broker
	carrier, ok, err := pipe.Inherited()
	if err != nil || !ok {
		return errors.Join(err, errors.New("no connection to the broker was inherited"))
	}
	if err := p.connect(ctx, carrier, h, nil); err != nil {
		return err
	}
	<-p.session.Done()
	return p.house.LastFailure() // nobody else can tell
}

// childCommand returns a function that makes the command for one more child: this
// test binary again, started as it was itself, with the same test function and seed and
// none of Ginkgo's other flags, so that it builds the same tree, or the part that it needs.
func childCommand(part string) (func() (*exec.Cmd, error), error) {
	test, noTest := testFunction(rolecode.Stacks()) // which matters only if there is to be a child
	counting, err := coverage.ForChildren()
	if err != nil {
		return nil, err
	}
	environ := append(counting, fmt.Sprintf("%s=%d", settings.ChildOf, os.Getpid()), settings.ChildTree+"="+part,
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // or each would take a second to exit
	return func() (*exec.Cmd, error) {
		if noTest != nil {
			return nil, noTest
		}
		flags := []string{"-test.run=^" + test + "$", fmt.Sprintf("-ginkgo.seed=%d", ginkgo.GinkgoRandomSeed())}
		cmd, err := origin.Command(flags, environ)
		if err != nil {
			return nil, err
		}
		process.Detach(cmd) // ^C is for the Ginkgo processes, which end their children in good order
		return cmd, nil
	}, nil
}

// testFrame matches the call of a test function, or of a function inside one, in a
// stack.
var testFrame = regexp.MustCompile(`(?m)^\S+\.(Test\w*)(?:\.func[\d.]+)?\(.*\n\t`)

// testFunction returns the name of the test function that called RunSpecs, perhaps
// through a helper: the outermost one in the stack of that goroutine.
func testFunction(stacks string) (string, error) {
	for _, goroutine := range strings.Split(stacks, "\n\n") {
		if !strings.Contains(goroutine, "ginkgo/v2.RunSpecs(") {
			continue
		}
		if frames := testFrame.FindAllStringSubmatch(goroutine, -1); len(frames) > 0 {
			return frames[len(frames)-1][1], nil
		}
	}
	return "", errors.New("cannot tell which test function called RunSpecs, which a child process needs to know")
}

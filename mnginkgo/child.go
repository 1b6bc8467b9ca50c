package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/7aca83c2/multinode/mnginkgo/internal/coverage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// childVariable is set in the environment of a child process, to the number of the
// process that is its parent.
const childVariable = "MN_CHILD_OF"

// treeVariable tells a child the numbers of the top-level containers that it has to build: those
// with something of ours in them. A large suite of other specs is not built again in each child.
const treeVariable = "MN_CHILD_TREE"

// neededTops are those numbers in a child, and nil elsewhere.
var neededTops = func() map[int]bool {
	if !servesAsChild() {
		return nil
	}
	needed := map[int]bool{}
	for _, word := range strings.Split(os.Getenv(treeVariable), ",") {
		if top, err := strconv.Atoi(word); err == nil {
			needed[top] = true
		}
	}
	return needed
}()

// childNeeds reports whether a top-level container is to be built, which it is but in a child.
func childNeeds(top int) bool { return neededTops == nil || neededTops[top] }

// oursInWords is what treeVariable says.
func oursInWords() string {
	var words []string
	for _, top := range slices.Sorted(maps.Keys(tree.ours)) {
		words = append(words, strconv.Itoa(top))
	}
	return strings.Join(words, ",")
}

func servesAsChild() bool { return os.Getenv(childVariable) != "" }

// beQuiet keeps Ginkgo from announcing a suite that the child does not run. Ginkgo
// has no flag for it; its reporter writes to this variable. What the user's code
// writes goes on, and is shown if the child dies.
func beQuiet() { formatter.ColorableStdOut = io.Discard }

// serveAsChild runs in the child's ReportBeforeSuite, when its tree is built: it
// serves as a host until the broker goes, and never returns.
func serveAsChild(ctx context.Context) {
	if err := serveBroker(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "multinode: child process:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serveBroker(ctx context.Context) error {
	_ = os.Unsetenv(treeVariable)
	_ = os.Unsetenv(childVariable) // a process that this one starts is no child of the broker
	carrier, ok, err := pipe.Inherited()
	if err != nil || !ok {
		return errors.Join(err, errors.New("no connection to the broker was inherited"))
	}
	s, err := connect(ctx, carrier, nil)
	if err != nil {
		return err
	}
	<-s.Done()
	return thisHouse.LastFailure() // nobody else can tell
}

// childCommand returns a function that makes the command for one more child: this
// test binary again, started as it was itself, with the same test function and seed and
// none of Ginkgo's other flags, so that it builds the same tree.
func childCommand() (func() (*exec.Cmd, error), error) {
	test, noTest := testFunction(rolecode.Stacks()) // which matters only if there is to be a child
	counting, err := coverage.ForChildren()
	if err != nil {
		return nil, err
	}
	environ := append(counting, fmt.Sprintf("%s=%d", childVariable, os.Getpid()), treeVariable+"="+oursInWords(),
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

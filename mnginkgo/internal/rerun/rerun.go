package rerun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/origin"
	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
)

// Spec is a spec of this test binary.
type Spec struct {
	Test string // the name of the test that calls RunSpecs, as testing.T has it
	Text string // the spec's whole text
	Seed int64  // what Ginkgo draws from
}

// Focus returns the regular expression by which Ginkgo finds the spec. Ginkgo looks for it behind the
// suite's description.
func (s Spec) Focus() string { return regexp.QuoteMeta(s.Text) + "$" }

// Outcome is how a run of a spec went. The zero Outcome is for a spec that passed.
type Outcome struct {
	State   types.SpecState
	Failure types.Failure // if it failed
}

// SameAs reports whether another run failed, and at the same place.
func (o Outcome) SameAs(other Outcome) bool {
	return o.State.Is(types.SpecStateFailureStates) && o.State == other.State && o.place() == other.place()
}

func (o Outcome) place() string {
	return fmt.Sprintf("%s:%d", o.Failure.Location.FileName, o.Failure.Location.LineNumber)
}

// Run runs the spec in a new process with variables added to the environment that this one was
// started with. It returns an error if that process cannot be started, does not run the spec, or has not ended when ctx has.
func (s Spec) Run(ctx context.Context, environ ...string) (Outcome, error) {
	dir, err := os.MkdirTemp("", "multinode-rerun-*")
	if err != nil {
		return Outcome{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is in the system's folder for such
	file := filepath.Join(dir, "report.json")
	var test []string // each part is matched by itself
	for part := range strings.SplitSeq(s.Test, "/") {
		test = append(test, "^"+regexp.QuoteMeta(part)+"$")
	}
	cmd, err := origin.Command([]string{
		"-test.run=" + strings.Join(test, "/"), fmt.Sprintf("-ginkgo.seed=%d", s.Seed),
		"-ginkgo.focus=" + s.Focus(), "-ginkgo.json-report=" + file, "-ginkgo.no-color",
	}, append([]string{"MN_RECORD=never"}, environ...)) // the one that runs these has a page
	if err != nil {
		return Outcome{}, err
	}
	process.Detach(cmd) // this one ends it
	process.Attach(cmd)
	out := process.NewOutput(func(string) {}, nil)
	p, err := process.Start(cmd, out)
	if err != nil {
		return Outcome{}, err
	}
	if p.Await(ctx) {
		return Outcome{}, context.Cause(ctx)
	}
	outcome, err := s.read(file)
	if err != nil {
		err = fmt.Errorf("%w; it printed\n%s", err, out)
	}
	return outcome, err
}

// read finds the spec in Ginkgo's report.
func (s Spec) read(file string) (Outcome, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Outcome{}, errors.New("the process ended without a report")
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil {
		return Outcome{}, err
	}
	for _, report := range reports {
		for _, spec := range report.SpecReports {
			if spec.LeafNodeType == types.NodeTypeIt && spec.FullText() == s.Text && !spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
				return Outcome{spec.State, spec.Failure}, nil
			}
		}
	}
	return Outcome{}, fmt.Errorf("the process did not run the spec %q", s.Text)
}

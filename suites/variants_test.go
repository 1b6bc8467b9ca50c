// Package suites_test proves that every spec of the suites runs in all variants.
package suites_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// plain is the label of specs that are meant to have no nodes.
const plain = "plain"

func TestEverySpecRunsInAllVariants(t *testing.T) {
	files, err := filepath.Glob("*/*_suite_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no suites here: %v", err)
	}
	for _, file := range files {
		suite := filepath.Dir(file)
		t.Run(suite, func(t *testing.T) {
			t.Parallel()
			specs := specsOf(t, suite)
			for _, lonely := range withoutTwin(specs) {
				t.Error(lonely)
			}
			if suite != "isolated" && !slices.ContainsFunc(specs, labelled("partition")) {
				t.Error("none of its specs runs with --label-filter=partition")
			}
		})
	}
}

func labelled(label string) func(types.SpecReport) bool {
	return func(spec types.SpecReport) bool { return slices.Contains(spec.Labels(), label) }
}

// specsOf builds the suite's tree without running it.
func specsOf(t *testing.T, suite string) (specs []types.SpecReport) {
	file := filepath.Join(t.TempDir(), "report.json")
	test := exec.CommandContext(t.Context(), "go", "test", "-count=1", "./"+suite, "-ginkgo.dry-run", "-ginkgo.json-report="+file)
	if output, err := test.CombinedOutput(); err != nil {
		t.Fatalf("dry run: %v\n%s", err, output)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil {
		t.Fatal(err)
	}
	for _, report := range reports {
		for _, spec := range report.SpecReports {
			if spec.LeafNodeType == types.NodeTypeIt {
				specs = append(specs, spec)
			}
		}
	}
	if len(specs) == 0 {
		t.Fatal("the suite has no spec")
	}
	return specs
}

// withoutTwin returns a line for each spec that does not run across processes as well as in one, really or in virtual
// time. Twins stand at the same place and have the same texts, but for the end that names the variant.
func withoutTwin(specs []types.SpecReport) (lonely []string) {
	count := map[string]map[string]int{} // by place and text, then by label
	for _, spec := range specs {
		label, err := variantOf(spec)
		if err != nil {
			lonely = append(lonely, fmt.Sprintf("%s\n%s: %v", spec.LeafNodeLocation, spec.FullText(), err))
			continue
		}
		if slices.Contains(spec.Labels(), variants.Alone) {
			continue
		}
		key := fmt.Sprintf("%s\n%s", spec.LeafNodeLocation, withoutVariant.Replace(spec.FullText()))
		if count[key] == nil {
			count[key] = map[string]int{}
		}
		count[key][label]++
	}
	for key, times := range count {
		if in, across := max(times[variants.InProcess], times[variants.Virtual]), times[variants.Parallel]; in != across {
			lonely = append(lonely, fmt.Sprintf("%s: %d times in one process, %d times across processes", key, in, across))
		}
	}
	slices.Sort(lonely)
	return lonely
}

var withoutVariant = strings.NewReplacer(variants.InProcessSuffix, "", variants.ParallelSuffix, "", variants.VirtualSuffix, "")

// variantOf returns the one label of the spec that says where it runs.
func variantOf(spec types.SpecReport) (string, error) {
	var found []string
	for _, label := range []string{variants.InProcess, variants.Virtual, variants.Parallel, variants.Isolated, plain} {
		if slices.Contains(spec.Labels(), label) {
			found = append(found, label)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("has the labels %q; it must have one of %q, %q, %q, %q and %q: use package variants, or Label(%q)",
			found, variants.InProcess, variants.Virtual, variants.Parallel, variants.Isolated, plain, plain)
	}
	return found[0], nil
}

package rolecode

import (
	"context"
	"encoding/json"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// roleContext is the SpecContext of a body that runs on a role, perhaps in another
// process than the spec.
type roleContext struct {
	context.Context
	report types.SpecReport
}

var _ ginkgo.SpecContext = (*roleContext)(nil)

// NewContext returns the SpecContext of a body on a role, with the spec's report in JSON.
func NewContext(ctx context.Context, report []byte) ginkgo.SpecContext {
	c := &roleContext{Context: ctx}
	_ = json.Unmarshal(report, &c.report) // an incomplete report is no reason not to run the body
	return c
}

// Value hides the spec's own context: what Gomega attaches to it would come from
// several roles at once, none of them named.
func (c *roleContext) Value(key any) any {
	if key == "GINKGO_SPEC_CONTEXT" {
		return nil
	}
	return c.Context.Value(key)
}

// SpecReport returns the report of the spec as it was when the body began.
func (c *roleContext) SpecReport() types.SpecReport { return c.report }

// AttachProgressReporter does nothing: progress reports ask each role themselves.
func (c *roleContext) AttachProgressReporter(func() string) func() { return func() {} }

// WrappedContext returns the context of the body.
func (c *roleContext) WrappedContext() context.Context { return c.Context }

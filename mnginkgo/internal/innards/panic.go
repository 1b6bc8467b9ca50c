package innards

import (
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// FailPanic returns what Ginkgo's Fail, Skip and AbortSuite panic with, at a place.
func FailPanic(at types.CodeLocation) any { return types.GinkgoErrors.UncaughtGinkgoPanic(at) }

var ginkgoPanic = types.GinkgoErrors.UncaughtGinkgoPanic(types.CodeLocation{}).(types.GinkgoError)

// IsPanic reports whether a panic is the one with which Ginkgo's Fail, Skip and AbortSuite
// leave a body, and from where.
func IsPanic(panicked any) (at types.CodeLocation, is bool) {
	err, ok := panicked.(types.GinkgoError)
	return err.CodeLocation, ok && err.DocLink == ginkgoPanic.DocLink
}

// isEcho reports whether a failure is a panic of Fail, Skip or AbortSuite, which had noted a failure before.
func isEcho(f types.Failure) bool {
	heading, _, _ := strings.Cut(fmt.Sprint(ginkgoPanic), "\n")
	return strings.HasPrefix(f.ForwardedPanic, heading)
}

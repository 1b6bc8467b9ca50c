package innards

import (
	"reflect"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// FailHandler returns Gomega's fail handler in force, or Ginkgo's Fail if there is none.
// Gomega has no call for it; the field is exported, its type is not.
func FailHandler() func(message string, callerSkip ...int) {
	field := reflect.ValueOf(gomega.Default).Elem().FieldByName("Fail")
	if handler, ok := reflect.TypeAssert[types.GomegaFailHandler](field); ok && handler != nil {
		return handler
	}
	return ginkgo.Fail
}

package tree

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// isEntry reports whether a body is one that Ginkgo makes of an entry of a table.
func isEntry(body any) bool {
	name := runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name()
	return strings.HasPrefix(name, tables)
}

// tables begins the names of what Ginkgo makes tables with.
const tables = "github.com/onsi/ginkgo/v2.generateTable"

// explainEntry is deferred around an entry of a table. Where Ginkgo finds that the entry does not
// have the parameters of the table's body, it adds what that cannot have; it recovers from
// nothing else.
func explainEntry() {
	var callers [2]uintptr // the runtime's panic, and who called it
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	_, _ = frames.Next()
	if panicker, _ := frames.Next(); !strings.HasPrefix(panicker.Function, tables) {
		return
	}
	refused := recover()
	if err, ok := refused.(types.GinkgoError); ok {
		err.Message += "\nMultiNode adds none: the body of a table takes no *Cluster and no *Node. ClusterFrom(ctx) returns the cluster"
		refused = err
	}
	panic(refused)
}

// Package innards reaches what Ginkgo and Gomega keep to themselves and code on roles
// needs: the failure that Fail has noted, what DeferCleanup has registered, the report that
// By and AddReportEntry add to, and the handler that a failed assertion calls.
//
// All dependence on their unexported fields is here. Each is looked up by name, and if a
// version of them has it no longer, SuiteOf returns an error that says so, and its users
// fall back to what the exported functions can do. The tests of this package fail then.
package innards
